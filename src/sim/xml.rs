//! The simulators' own small XML tree: read with `roxmltree`, written by hand.
//!
//! Must share nothing with the program's reader and writer, and must stay strict: no DTD, no text between elements.
//! It writes as QuickBooks does (`qbxml.md` 5, `web-connector.md` 4): numeric entities for everything outside ASCII.

use serde::{Deserialize, Serialize};

/// One element with its attributes, its own text and its children.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct El {
    /// Local name.
    #[serde(rename = "n")]
    pub name: String,
    /// Attributes in the order written.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
    /// The text of the element itself, verbatim.
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Child elements in order.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<El>,
}

impl El {
    /// An empty element.
    #[must_use]
    pub fn new(name: &str) -> Self {
        El { name: name.to_string(), ..El::default() }
    }

    /// An element that holds a text.
    #[must_use]
    pub fn leaf(name: &str, text: impl Into<String>) -> Self {
        El { name: name.to_string(), text: text.into(), ..El::default() }
    }

    /// A reference to a list entry by its ListID; the FullName is filled in when it is shown.
    #[must_use]
    pub fn reference(name: &str, list_id: &str) -> Self {
        El::new(name).with(El::leaf("ListID", list_id))
    }

    /// The element with one more child.
    #[must_use]
    pub fn with(mut self, child: El) -> Self {
        self.children.push(child);
        self
    }

    /// The element with one more attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_string(), value.into()));
        self
    }

    /// Adds a child that holds a text.
    pub fn push(&mut self, name: &str, text: impl Into<String>) {
        self.children.push(El::leaf(name, text));
    }

    /// The first child of that name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&El> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of that name; `None` where it is missing or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }

    /// Whether it holds neither text nor elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.children.is_empty() && self.text.is_empty()
    }

    /// All texts of the children of that name.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.children.iter().filter(|child| child.name == name).map(|child| child.text.as_str()).collect()
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The ListID of a reference among the children.
    #[must_use]
    pub fn reference_id(&self, name: &str) -> Option<&str> {
        self.child(name).and_then(|reference| reference.get("ListID"))
    }

    /// The element as XML text, in one line.
    #[must_use]
    pub fn to_xml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// The element as XML text with a line feed after each element, as QuickBooks writes its answers.
    #[must_use]
    pub fn to_lines(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some("\n"));
        out
    }

    fn write(&self, out: &mut String, line_end: Option<&str>) {
        out.push('<');
        out.push_str(&self.name);
        for (key, value) in &self.attributes {
            out.push(' ');
            out.push_str(key);
            out.push_str("=\"");
            escape_into(out, value);
            out.push('"');
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str(" />");
        } else {
            out.push('>');
            escape_into(out, &self.text);
            if !self.children.is_empty() {
                out.push_str(line_end.unwrap_or_default());
            }
            for child in &self.children {
                child.write(out, line_end);
            }
            out.push_str("</");
            out.push_str(&self.name);
            out.push('>');
        }
        out.push_str(line_end.unwrap_or_default());
    }
}

/// Escapes a text once; everything outside ASCII becomes a numeric entity.
pub fn escape_into(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' | ' '..='~' => out.push(character),
            other => {
                let _ = write!(out, "&#{};", u32::from(other));
            }
        }
    }
}

/// A document as read: its root, and the value of the processing instruction asked for.
#[derive(Clone, Debug)]
pub struct Document {
    /// The root element.
    pub root: El,
    /// The text of the processing instruction before the root, if there was one.
    pub instruction: Option<String>,
}

/// Reads a document strictly.
///
/// # Errors
/// A sentence when it is not well-formed, carries a DTD, or mixes text with elements.
pub fn read(text: &str, instruction: &str) -> Result<Document, String> {
    let parsed = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let found = parsed.root().children().take_while(|node| !node.is_element()).find_map(|node| {
        node.pi().filter(|pi| pi.target == instruction).map(|pi| pi.value.unwrap_or_default().to_string())
    });
    Ok(Document { root: element_of(parsed.root_element())?, instruction: found })
}

fn element_of(node: roxmltree::Node) -> Result<El, String> {
    let mut element = El::new(node.tag_name().name());
    for attribute in node.attributes() {
        element.attributes.push((attribute.name().to_string(), attribute.value().to_string()));
    }
    for child in node.children() {
        if child.is_element() {
            element.children.push(element_of(child)?);
        } else if child.is_text() {
            element.text.push_str(child.text().unwrap_or_default());
        }
    }
    if !element.children.is_empty() {
        if !element.text.trim().is_empty() {
            return Err(format!("there is text between the elements of {}", element.name));
        }
        element.text.clear();
    }
    Ok(element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_stays_ascii() {
        let element = El::new("A").attribute("x", "\"1\"").with(El::leaf("B", "Caf\u{e9} & <Co>"));
        let text = element.to_xml();
        assert!(text.is_ascii());
        assert_eq!(text, "<A x=\"&quot;1&quot;\"><B>Caf&#233; &amp; &lt;Co&gt;</B></A>");
        assert_eq!(read(&text, "qbxml").unwrap().root, element);
        assert_eq!(read(&element.to_lines(), "qbxml").unwrap().root, element);
    }

    #[test]
    fn a_dtd_and_mixed_text_are_refused() {
        assert!(read("<!DOCTYPE A><A/>", "qbxml").is_err());
        assert!(read("<A>x<B/></A>", "qbxml").is_err());
        assert!(read("<A><B></A>", "qbxml").is_err());
    }
}
