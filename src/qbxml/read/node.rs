//! Pulls elements out of the text, one list entry or transaction at a time, so that a long answer never stands in
//! memory as a whole tree.
//!
//! Must never trim a piece of text: blanks next to a reference would be lost. Pieces are joined up to the end tag,
//! references resolved, and the whole trimmed once (`rust-tui.md` 13.4). Limits: `security.md` 2.

use super::ReadError;
use crate::base::limits::{QBXML_DEPTH, XML_ATTRIBUTES, XML_NAME_BYTES};
use crate::base::{Cents, Day, Decimal};
use crate::books::ListRef;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// One element with what stands in it.
#[derive(Clone, Debug, Default)]
pub struct Node {
    pub name: String,
    attributes: Vec<(String, String)>,
    /// Joined and trimmed text; empty where there are children only.
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child, or nothing where it is missing or empty.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str()).filter(|text| !text.is_empty())
    }

    pub fn text_or<'a>(&'a self, name: &str, other: &'a str) -> &'a str {
        self.text_of(name).unwrap_or(other)
    }

    pub fn string(&self, name: &str) -> String {
        self.text_or(name, "").to_string()
    }

    /// A text that must be there.
    pub fn required(&self, name: &str) -> Result<&str, ReadError> {
        self.text_of(name).ok_or_else(|| ReadError::value(&format!("{} of {}", name, self.name), ""))
    }

    /// `true` and `1`; anything else, and nothing, is false.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.text_of(name), Some("true" | "1"))
    }

    /// A flag that holds unless the element says otherwise.
    pub fn flag_unless_false(&self, name: &str) -> bool {
        !matches!(self.text_of(name), Some("false" | "0"))
    }

    pub fn amount(&self, name: &str) -> Result<Option<Cents>, ReadError> {
        let Some(text) = self.text_of(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| ReadError::value(name, text))
    }

    pub fn amount_or_nothing(&self, name: &str) -> Result<Cents, ReadError> {
        Ok(self.amount(name)?.unwrap_or_default())
    }

    /// A quantity, price or percentage; a percent sign is passed over.
    pub fn number(&self, name: &str) -> Result<Option<Decimal>, ReadError> {
        let Some(text) = self.text_of(name) else { return Ok(None) };
        let bare = text.trim_end_matches('%').trim_end();
        Decimal::from_str_exact(bare).map(Some).map_err(|_| ReadError::value(name, text))
    }

    /// A date; a time that came along is passed over.
    pub fn date(&self, name: &str) -> Result<Option<Day>, ReadError> {
        let Some(text) = self.text_of(name) else { return Ok(None) };
        let day = text.get(..10).and_then(|day| day.parse().ok());
        day.map(Some).ok_or_else(|| ReadError::value(name, text))
    }

    /// A reference by id, name or both; nothing where it is missing or empty.
    pub fn reference(&self, name: &str) -> Option<ListRef> {
        let node = self.child(name)?;
        let (id, full_name) = (node.string("ListID"), node.string("FullName"));
        (!id.is_empty() || !full_name.is_empty()).then(|| ListRef::new(id, full_name))
    }
}

/// One step through the document.
pub enum Piece {
    Open(Node),
    Text(String),
    Close,
    End,
}

/// The document as a run of pieces.
pub struct Pieces<'a> {
    reader: quick_xml::Reader<&'a [u8]>,
    depth: usize,
    /// A self-closed element has been opened and not closed yet.
    close_next: bool,
}

impl<'a> Pieces<'a> {
    pub fn new(xml: &'a str) -> Self {
        let xml = xml.trim_start_matches('\u{feff}').trim_start();
        Pieces { reader: quick_xml::Reader::from_str(xml), depth: 0, close_next: false }
    }

    /// The next piece.
    pub fn next(&mut self) -> Result<Piece, ReadError> {
        if std::mem::take(&mut self.close_next) {
            self.depth = self.depth.saturating_sub(1);
            return Ok(Piece::Close);
        }
        loop {
            match self.reader.read_event().map_err(|error| ReadError::Malformed(error.to_string()))? {
                Event::Start(start) => return self.open(&start),
                Event::Empty(start) => {
                    let open = self.open(&start)?;
                    self.close_next = true;
                    return Ok(open);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Piece::Close);
                }
                Event::Text(text) => return Ok(Piece::Text(text.xml10_content().into_owned())),
                Event::CData(text) => return Ok(Piece::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(reference) => return Ok(Piece::Text(resolve(&reference)?)),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::DocType(_) => return Err(ReadError::Entity),
                Event::Eof if self.depth == 0 => return Ok(Piece::End),
                Event::Eof => return Err(ReadError::CutOff),
            }
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<Piece, ReadError> {
        self.depth += 1;
        let name = start.local_name();
        if self.depth > QBXML_DEPTH || name.as_ref().len() > XML_NAME_BYTES {
            return Err(ReadError::TooDeep);
        }
        let mut node = Node { name: name.as_ref().to_string(), ..Node::default() };
        let mut list = start.attributes();
        // The check for doubled attributes compares all with all; the count is limited here instead.
        list.with_checks(false);
        for attribute in list {
            let attribute = attribute.map_err(|error| ReadError::Malformed(error.to_string()))?;
            if node.attributes.len() >= XML_ATTRIBUTES || attribute.value.len() > XML_NAME_BYTES {
                return Err(ReadError::TooDeep);
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| ReadError::Entity)?
                .into_owned();
            node.attributes.push((attribute.key.local_name().as_ref().to_string(), value));
        }
        Ok(Piece::Open(node))
    }

    /// Reads everything up to the end tag of an element whose opening tag was just read.
    pub fn subtree(&mut self, head: Node) -> Result<Node, ReadError> {
        let mut open = vec![head];
        loop {
            match self.next()? {
                Piece::Open(node) => open.push(node),
                Piece::Text(text) => {
                    if let Some(node) = open.last_mut() {
                        node.text.push_str(&text);
                    }
                }
                Piece::Close => {
                    let Some(mut done) = open.pop() else { return Err(ReadError::NotAnAnswer) };
                    let trimmed = done.text.trim();
                    if trimmed.len() != done.text.len() {
                        done.text = trimmed.to_string();
                    }
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Piece::End => return Err(ReadError::CutOff),
            }
        }
    }

    /// Reads the rest: only end tags and blanks may follow, and the document must be closed.
    pub fn finish(&mut self) -> Result<(), ReadError> {
        loop {
            match self.next()? {
                Piece::End => return Ok(()),
                Piece::Close => {}
                Piece::Text(text) if text.trim().is_empty() => {}
                Piece::Open(_) | Piece::Text(_) => return Err(ReadError::NotAnAnswer),
            }
        }
    }
}

/// The five entities and numeric references. A number that names no character, or a control character that XML does not
/// know, is dropped: one such memo must not make every answer unreadable for good.
fn resolve(reference: &BytesRef<'_>) -> Result<String, ReadError> {
    if reference.is_char_ref() {
        let found = reference.resolve_char_ref().ok().flatten();
        return Ok(found
            .filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
            .map(String::from)
            .unwrap_or_default());
    }
    let name: &str = &reference.clone().into_inner();
    quick_xml::escape::resolve_xml_entity(name).map(ToString::to_string).ok_or(ReadError::Entity)
}
