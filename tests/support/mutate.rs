//! A small mutation engine: seeded, without any feedback, made for texts with structure.
//!
//! Must never give another sequence for the same seed, corpus and words.

/// Words that mean something to the SOAP reader.
pub const SOAP: &[&str] = &[
    "<!DOCTYPE a>",
    "<![CDATA[",
    "]]>",
    "&#0;",
    "&#x1F;",
    "&amp;",
    "&lt;",
    "&evil;",
    "<soap:Body>",
    "</soap:Body>",
    "<ticket>",
    "</ticket>",
    "<response/>",
    " xmlns=\"\"",
    " xmlns:soap=\"x\"",
    " mustUnderstand=\"1\"",
    "<?pi ",
    "?>",
    "<!--",
    "-->",
    "\u{feff}",
    "qbXMLMajorVers",
    "2147483648",
    "-1",
    "encoding=\"iso-8859-1\"",
    "<a><a><a><a><a><a><a><a>",
    "'",
    "\"",
];
/// Words that mean something to the reader of answers.
pub const QBXML: &[&str] = &[
    "statusCode=\"0\"",
    "statusCode=\"-1\"",
    "statusCode=\"99999999999\"",
    "statusSeverity=\"Error\"",
    "requestID=\"1\"",
    "requestID=\"\"",
    "<InvoiceRet>",
    "</InvoiceRet>",
    "<TxnID>",
    "<TimeModified>9999-99-99",
    "<Amount>-0.005</Amount>",
    "<Amount>99999999999999999999</Amount>",
    "<Amount>1e9</Amount>",
    "NaN",
    "<TxnDate>0000-00-00</TxnDate>",
    "<IsActive>maybe",
    "<ErrorRecovery>",
    "newMessageSetID=\"\"",
    "messageSetStatusCode=\"9001\"",
    "iteratorRemainingCount=\"-5\"",
    "&#233;",
    "&#x110000;",
    "<!DOCTYPE a>",
    "]]>",
    "<CompanyRet>",
    "<DataExtRet>",
    "<PreferencesRet>",
    "<ReportRet>",
    "<RowData ",
];
/// Words that mean something to the reader of Cin7's rows.
pub const JSON: &[&str] = &[
    "null",
    "true",
    "-1",
    "1e400",
    "1e-400",
    "0.005",
    "-0.00",
    "99999999999999999999999999",
    "\"\"",
    "[]",
    "{}",
    "\\u0000",
    "\\ud800",
    "\"id\":",
    "\"total\":",
    "\"taxRate\":",
    "\"lineItems\":[",
    "\"qty\":",
    "\"unitPrice\":",
    "9223372036854775807",
    "\"0001-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59Z\"",
    "[[[[[[[[[[[[[[[[",
    "79228162514264337593543950335",
    "\u{202e}",
];
/// Words that mean something to the reader of settings.
pub const TOML: &[&str] = &[
    "[cin7]",
    "[[tax]]",
    "rounding_max",
    " = ",
    "\"",
    "'''",
    "\n",
    "1e9",
    "-1",
    "true",
    "2026-13",
    "{ id = \"\", name = \"\" }",
    "timezone = \"Mars/Olympus\"",
    "endpoint.listen=",
    "every_minutes=0",
    "company_id=",
    "\u{0}",
    "#",
    "[endpoint",
    "]",
    "..",
    "9223372036854775808",
    "\\u0000",
    "[a.b.c.d.e.f.g]",
];
/// Words that mean something to the reader of tables.
pub const CSV: &[&str] = &[
    ",", "\"", "\r\n", "\n", "\u{0}", ";", "\t", "=cmd", "left_id", "right_id", "Customer", "Vendor",
    "\u{feff}", "\"\"\"", "isActive", "maybe", "ü", "\u{202e}",
];
/// Words that mean something to whoever checks an address or a name.
pub const URLS: &[&str] = &[
    "http://",
    "https://",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "@",
    ":",
    "8085",
    "/",
    "?",
    "#",
    "&",
    "<",
    ">",
    "\u{0}",
    "\"",
    "]]>",
    "office-pc",
    "FRONT-DESK",
    "é",
    "\u{202e}",
    "0x7f.1",
    "2130706433",
    "0",
    "-1",
];

/// Keys that mean something to the screens; see `tui::rehearsal` for how bytes stand for keys.
pub const KEYS: &[&str] = &[
    "WXYZ\n",
    "wxy",
    "\u{1b}",
    "\u{1b}\u{1b}\u{1b}",
    "1i",
    "5c",
    "5f",
    "4*a",
    "\n\n",
    "S/",
    ":",
    "?",
    "jjj\n",
    "\u{e}WXYZ\u{f}\n",
    "\u{10}",
    "\u{11}",
    "\u{12}",
    "\u{13}",
    "3e",
    "7w",
    "u",
    "é\u{202e}",
    "0",
];
/// Words that mean something to the reader of imported files.
pub const IMPORTS: &[&str] = &[
    "date,vendor,number,po,account,amount,memo\n",
    "date,po,category,amount,memo\n",
    "date,value,memo\n",
    "2026-02-05",
    "2/5/2026",
    "29/2/2026",
    "0000-00-00",
    "$1,204.50",
    "1,2,3",
    "-0.001",
    "99999999999999999999.99",
    "=1+1",
    "\"",
    "\"\"",
    "\r\n",
    "\n\n",
    "\u{feff}",
    ";",
    "\t",
    ",,,,,,",
    "1e9",
];

/// A short mark of an input, for a file's name.
pub fn fingerprint(input: &[u8]) -> u64 {
    input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The engine.
pub struct Mutator {
    state: u64,
    corpus: Vec<Vec<u8>>,
    words: &'static [&'static str],
}

impl Mutator {
    pub fn new(seed: u64, corpus: Vec<Vec<u8>>, words: &'static [&'static str]) -> Self {
        Mutator { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, corpus, words }
    }

    /// The next number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % bound.max(1)
    }

    /// The next input, no longer than `limit`.
    pub fn next(&mut self, limit: usize) -> Vec<u8> {
        // The shorter of two: short inputs are as odd as long ones and many times as quick.
        let (one, other) = (self.below(self.corpus.len()), self.below(self.corpus.len()));
        let shorter = if self.corpus[one].len() < self.corpus[other].len() { one } else { other };
        let mut input = self.corpus[shorter].clone();
        for _ in 0..=self.below(8) {
            self.change(&mut input);
            input.truncate(limit);
        }
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let (from, length) = (self.below(input.len() + 1), self.below(64));
        let to = (from + length).min(input.len());
        match self.below(9) {
            0 if from < input.len() => input[from] ^= 1 << self.below(8),
            1 if from < input.len() => input[from] = u8::try_from(self.below(256)).unwrap(),
            2 => drop(input.drain(from..to)),
            3 => {
                let byte = u8::try_from(self.below(256)).unwrap();
                input.insert(from, byte);
            }
            4 => {
                let piece = input[from..to].to_vec();
                let times = [2, 3, 40, 400][self.below(4)];
                drop(input.splice(from..from, piece.repeat(times)));
            }
            5 => {
                let other = self.below(self.corpus.len());
                let start = self.below(self.corpus[other].len() + 1);
                let end = (start + self.below(256)).min(self.corpus[other].len());
                let piece = self.corpus[other][start..end].to_vec();
                drop(input.splice(from..to, piece));
            }
            6 => input.truncate(from),
            _ => {
                let word = self.words[self.below(self.words.len())];
                let end = if self.below(2) == 0 { from } else { to };
                drop(input.splice(from..end, word.bytes()));
            }
        }
    }
}
