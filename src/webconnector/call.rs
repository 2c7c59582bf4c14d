//! The calls of the Web Connector and what they are answered with, typed.
//!
//! Must never show a password, a ticket or a body in a debug print: only the name of the operation is shown
//! (`security.md` 3). Operations and the order of their parameters: `web-connector.md` 2.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use subtle::ConstantTimeEq;

/// A password as it came in, blanks included. Never printed, overwritten when dropped.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Password(SecretString::from(text.into()))
    }

    /// The text itself, for checking it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

/// The operations of the contract; the last four belong to interactive mode, which we do not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Operation {
    ServerVersion,
    ClientVersion,
    Authenticate,
    SendRequest,
    ReceiveResponse,
    ConnectionError,
    GetLastError,
    CloseConnection,
    GetInteractiveUrl,
    InteractiveRejected,
    InteractiveDone,
    /// The same under the name that another sample of Intuit's gives it.
    IsInteractiveDone,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Operation; 12] = [
        Operation::ServerVersion,
        Operation::ClientVersion,
        Operation::Authenticate,
        Operation::SendRequest,
        Operation::ReceiveResponse,
        Operation::ConnectionError,
        Operation::GetLastError,
        Operation::CloseConnection,
        Operation::GetInteractiveUrl,
        Operation::InteractiveRejected,
        Operation::InteractiveDone,
        Operation::IsInteractiveDone,
    ];

    /// Its name on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Operation::ServerVersion => "serverVersion",
            Operation::ClientVersion => "clientVersion",
            Operation::Authenticate => "authenticate",
            Operation::SendRequest => "sendRequestXML",
            Operation::ReceiveResponse => "receiveResponseXML",
            Operation::ConnectionError => "connectionError",
            Operation::GetLastError => "getLastError",
            Operation::CloseConnection => "closeConnection",
            Operation::GetInteractiveUrl => "getInteractiveURL",
            Operation::InteractiveRejected => "interactiveRejected",
            Operation::InteractiveDone => "interactiveDone",
            Operation::IsInteractiveDone => "isInteractiveDone",
        }
    }

    /// The operation of that name. Names are case-sensitive.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.word() == word)
    }

    /// The names of its parameters, in the order of the contract.
    #[must_use]
    pub const fn parameters(self) -> &'static [&'static str] {
        match self {
            Operation::ServerVersion => &[],
            Operation::ClientVersion => &["strVersion"],
            Operation::Authenticate => &["strUserName", "strPassword"],
            Operation::SendRequest => &[
                "ticket",
                "strHCPResponse",
                "strCompanyFileName",
                "qbXMLCountry",
                "qbXMLMajorVers",
                "qbXMLMinorVers",
            ],
            Operation::ReceiveResponse => &["ticket", "response", "hresult", "message"],
            Operation::ConnectionError => &["ticket", "hresult", "message"],
            Operation::GetLastError | Operation::CloseConnection => &["ticket"],
            Operation::GetInteractiveUrl => &["wcTicket", "sessionID"],
            Operation::InteractiveRejected => &["wcTicket", "reason"],
            Operation::InteractiveDone | Operation::IsInteractiveDone => &["wcTicket"],
        }
    }
}

/// One call. An absent parameter is an empty text, an absent number is 0.
#[derive(Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Call {
    ServerVersion,
    ClientVersion {
        version: String,
    },
    Authenticate {
        user: String,
        password: Password,
    },
    SendRequest {
        ticket: String,
        /// Host, company and preferences, on the first call of a visit only.
        hcp: String,
        company_file: String,
        country: String,
        /// Highest qbXML version that the QuickBooks on that computer speaks.
        major: i32,
        minor: i32,
    },
    ReceiveResponse {
        ticket: String,
        response: String,
        hresult: String,
        message: String,
    },
    ConnectionError {
        ticket: String,
        hresult: String,
        message: String,
    },
    GetLastError {
        ticket: String,
    },
    CloseConnection {
        ticket: String,
    },
    GetInteractiveUrl {
        ticket: String,
        session: String,
    },
    InteractiveRejected {
        ticket: String,
        reason: String,
    },
    InteractiveDone {
        ticket: String,
    },
    IsInteractiveDone {
        ticket: String,
    },
}

impl Call {
    /// Which operation it is.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        match self {
            Call::ServerVersion => Operation::ServerVersion,
            Call::ClientVersion { .. } => Operation::ClientVersion,
            Call::Authenticate { .. } => Operation::Authenticate,
            Call::SendRequest { .. } => Operation::SendRequest,
            Call::ReceiveResponse { .. } => Operation::ReceiveResponse,
            Call::ConnectionError { .. } => Operation::ConnectionError,
            Call::GetLastError { .. } => Operation::GetLastError,
            Call::CloseConnection { .. } => Operation::CloseConnection,
            Call::GetInteractiveUrl { .. } => Operation::GetInteractiveUrl,
            Call::InteractiveRejected { .. } => Operation::InteractiveRejected,
            Call::InteractiveDone { .. } => Operation::InteractiveDone,
            Call::IsInteractiveDone { .. } => Operation::IsInteractiveDone,
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation().word())
    }
}

/// What a call is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A text; may be empty, is never left out.
    Text(String),
    /// The array of `authenticate`.
    Strings(Vec<String>),
    /// The number of `receiveResponseXML`.
    Number(i32),
}
