//! Keeping every qbXML message and its answer, in order.

use crate::sim::quickbooks::Hresult;
use std::fs;
use std::path::PathBuf;

/// Sees every message and its answer in order; gives a sentence where it cannot keep them.
pub type Recorder = Box<dyn FnMut(&str, Result<&str, &Hresult>) -> Result<(), String> + Send>;

/// A recorder that writes `NNNN-request.xml` and `NNNN-response.xml`, going on after what is there already. Where the
/// company gave an HRESULT, `NNNN-hresult.txt` stands in place of the response.
///
/// # Errors
/// When the directory cannot be made or read.
pub fn record_into(directory: PathBuf) -> std::io::Result<Recorder> {
    fs::create_dir_all(&directory)?;
    let mut last = 0_u32;
    for file in fs::read_dir(&directory)? {
        let name = file?.file_name();
        let number =
            name.to_str().and_then(|name| name.split_once('-')).and_then(|(number, _)| number.parse().ok());
        last = last.max(number.unwrap_or(0));
    }
    Ok(Box::new(move |request, answer| {
        last += 1;
        let keep = |ending: &str, text: &str| {
            let path = directory.join(format!("{last:04}-{ending}"));
            fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
        };
        keep("request.xml", request)?;
        match answer {
            Ok(response) => keep("response.xml", response),
            Err(hresult) => keep("hresult.txt", &hresult.to_string()),
        }
    }))
}
