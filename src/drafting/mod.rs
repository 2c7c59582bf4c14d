//! Floor 2: Cin7 documents become drafts that tie to the cent, or say why not. Pure.
