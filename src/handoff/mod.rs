//! Floor 2: the hand-off as one pure step from state and input to state and effects.
