//! Small bytes for records at rest: a demo's far ends hold thousands of documents, and a tree of owned texts takes ten
//! times the room of what it says.
//!
//! Must give back exactly what was put in, in the same order; the bytes never leave the process.

/// Writes values one behind the other.
#[derive(Debug, Default)]
pub struct Packer {
    bytes: Vec<u8>,
}

impl Packer {
    /// A count or a place, in as few bytes as it needs.
    pub fn count(&mut self, number: usize) {
        self.wide(number as u128);
    }

    /// A signed number.
    pub fn whole(&mut self, number: i64) {
        self.exact(number.into());
    }

    /// A wide signed number; small ones take little room whatever their sign.
    pub fn exact(&mut self, number: i128) {
        self.wide((number.cast_unsigned() << 1) ^ (number >> 127).cast_unsigned());
    }

    fn wide(&mut self, mut number: u128) {
        loop {
            let [low, ..] = number.to_le_bytes();
            number >>= 7;
            if number == 0 {
                self.bytes.push(low & 0x7f);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A text that may be missing.
    pub fn maybe(&mut self, text: Option<&str>) {
        self.count(usize::from(text.is_some()));
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// The bytes, without spare room.
    #[must_use]
    pub fn finish(self) -> Box<[u8]> {
        self.bytes.into_boxed_slice()
    }
}

/// Reads values in the order in which they were written. Behind the end everything is zero or empty.
#[derive(Debug)]
pub struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    /// A reader of packed bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Unpacker { rest: bytes }
    }

    /// A count or a place.
    pub fn count(&mut self) -> usize {
        usize::try_from(self.wide()).unwrap_or(0)
    }

    /// A signed number.
    pub fn whole(&mut self) -> i64 {
        i64::try_from(self.exact()).unwrap_or(0)
    }

    /// A wide signed number.
    pub fn exact(&mut self) -> i128 {
        let wide = self.wide();
        (wide >> 1).cast_signed() ^ -(wide & 1).cast_signed()
    }

    fn wide(&mut self) -> u128 {
        let (mut number, mut shift) = (0_u128, 0);
        while let Some((byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            number |= u128::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 || shift > 126 {
                break;
            }
        }
        number
    }

    /// A text.
    pub fn text(&mut self) -> &'a str {
        let length = self.count();
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        self.rest = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// A text that may be missing.
    pub fn maybe(&mut self) -> Option<&'a str> {
        (self.count() == 1).then(|| self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_back_in_order() {
        let numbers = [0, 1, -1, 63, -64, 64, 24_011, i64::MAX, i64::MIN];
        let wide = [0, -1, 79_228_162_514_264_337_593_543_950_335, -79_228_162_514_264_337_593_543_950_335];
        let mut packer = Packer::default();
        numbers.iter().for_each(|number| packer.whole(*number));
        wide.iter().for_each(|number| packer.exact(*number));
        packer.text("Café");
        packer.maybe(None);
        packer.maybe(Some(""));
        packer.count(300);
        let bytes = packer.finish();
        let mut unpacker = Unpacker::new(&bytes);
        assert_eq!(numbers.map(|_| unpacker.whole()), numbers);
        assert_eq!(wide.map(|_| unpacker.exact()), wide);
        assert_eq!((unpacker.text(), unpacker.maybe(), unpacker.maybe()), ("Café", None, Some("")));
        assert_eq!((unpacker.count(), unpacker.count(), unpacker.text()), (300, 0, ""));
    }
}
