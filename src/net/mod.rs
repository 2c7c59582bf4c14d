//! Floor 4: the HTTP client, the SOAP listener and the secrets.
