//! The simulated Web Connector: the SOAP client that polls an endpoint for a simulated company.
