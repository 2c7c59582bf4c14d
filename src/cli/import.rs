//! Files without a screen: `import vendor-credits`, `import landing-costs`, `import stock-value`.
//!
//! Must never exit 0 over a file of which nothing was taken in because of errors.

use super::args::{ImportArgs, ImportWord};
use super::session::{Session, signer};
use crate::base::problem::Exit;
use crate::workflow::Result;
use crate::workflow::imports::{self, What};

/// Takes a file in, or prints its columns.
pub fn import(session: &Session, args: &ImportArgs) -> Result<Exit> {
    let what = match args.what {
        ImportWord::VendorCredits => What::VendorCredits,
        ImportWord::LandingCosts => What::LandingCosts,
        ImportWord::StockValue => What::StockValue,
    };
    let Some(file) = args.file.as_ref().filter(|_| !args.template) else {
        for column in what.columns() {
            let needed = if column.needed { "" } else { " (may be empty)" };
            session.out.note(&format!("{}: {}{needed}", column.name, column.meaning));
        }
        session.out.exact(&what.template())?;
        return Ok(Exit::Done);
    };
    let profile = session.hold("import")?;
    let by = signer(&profile, &args.by)?;
    let imported = imports::import(&profile, what, file, &by)?;
    session.out.document(&imported)?;
    for wrong in &imported.errors {
        let column = if wrong.column.is_empty() { String::new() } else { format!(", {}", wrong.column) };
        session.out.note(&format!("line {}{column}: {}", wrong.line, wrong.text));
    }
    if !session.out.is_json() {
        session.out.say(&imported.done)?;
    }
    Ok(if imported.errors.is_empty() { Exit::Done } else { Exit::Usage })
}
