//! Floor 3: the Web Connector's SOAP conversation and its .QWC file, without I/O.
