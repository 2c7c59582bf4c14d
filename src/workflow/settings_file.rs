//! `countersign.toml`: read as a whole, written as a whole, changed by dotted key.
//!
//! Must never take over half of a file: a wrong line means that nothing of it is used, and says which line.

use super::Result;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::books::Settings;
use std::path::Path;

/// Name of the settings file in a profile.
pub const FILE: &str = "countersign.toml";

fn wrong(happened: String) -> Problem {
    Problem::new(
        Exit::Usage,
        "SETTINGS",
        happened,
        "Nothing was changed and nothing is sent until the settings are right.",
        "Correct the line in countersign.toml (or use `countersign settings set KEY=VALUE`), then try again.",
    )
}

/// Reads and checks the settings.
///
/// # Errors
/// With line and column for a wrong line.
pub fn read(dir: &Path) -> Result<Settings> {
    let path = dir.join(FILE);
    let text = std::fs::read_to_string(&path)
        .map_err(|e| wrong(format!("The settings file {} cannot be read: {e}.", path.display())))?;
    parse(&text)
}

/// Reads settings from text.
///
/// # Errors
/// With line and column for a wrong line.
pub fn parse(text: &str) -> Result<Settings> {
    let settings: Settings = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(0, |span| text.get(..span.start).unwrap_or("").lines().count().max(1));
        wrong(format!("The settings are wrong at line {line}: {}.", e.message().trim_end_matches('.')))
    })?;
    check(&settings)?;
    Ok(settings)
}

fn check(settings: &Settings) -> Result<()> {
    if settings.company_id.is_nil() {
        return Err(wrong(
            "The settings have no company_id; it is made by `countersign init` and never changed.".into(),
        ));
    }
    if settings.rounding_max.is_negative() || settings.rounding_max.get() > 100 {
        return Err(wrong("rounding_max must lie between 0.00 and 1.00.".into()));
    }
    if settings.cin7.limit_factor == 0 {
        return Err(wrong("cin7.limit_factor must be 1 or more.".into()));
    }
    Ok(())
}

/// Writes the settings, whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(dir: &Path, settings: &Settings) -> Result<()> {
    check(settings)?;
    let body =
        toml::to_string(settings).map_err(|e| wrong(format!("The settings cannot be written: {e}.")))?;
    let text = format!(
        "# Countersign settings of one company. `countersign settings` shows them with their meaning;\n# assets/countersign.example.toml in the source explains every key.\n\n{body}"
    );
    let (path, temporary) = (dir.join(FILE), dir.join("countersign.toml.new"));
    std::fs::write(&temporary, text)
        .and_then(|()| std::fs::rename(&temporary, &path))
        .map_err(|e| wrong(format!("The settings file {} cannot be written: {e}.", path.display())))
}

/// Changes keys (`draft_mode=post`, `account.inventory_asset=Inventory Asset`); the result is checked as a whole.
/// A value for a reference to a list entry is the entry's name; `resolve` finds its ListID by key and name.
///
/// # Errors
/// An unknown key, a value of the wrong kind, or a name that no list has.
pub fn set(
    settings: &Settings,
    changes: &[(String, String)],
    resolve: &dyn Fn(&str, &str) -> Result<toml::Value>,
) -> Result<Settings> {
    let mut table = toml::Table::try_from(settings).map_err(|e| wrong(e.to_string()))?;
    for (key, value) in changes {
        if key == "company_id" {
            return Err(wrong(
                "company_id is never changed: the marks in QuickBooks are derived from it.".into(),
            ));
        }
        put(&mut table, key, typed(key, value, resolve)?)?;
    }
    let text = toml::to_string(&table).map_err(|e| wrong(e.to_string()))?;
    parse(&text)
}

fn typed(key: &str, value: &str, resolve: &dyn Fn(&str, &str) -> Result<toml::Value>) -> Result<toml::Value> {
    let refers = key.starts_with("account.")
        || key.starts_with("item.")
        || key.starts_with("terms.")
        || key.starts_with("gl.")
        || key.starts_with("charge_code.")
        || (key.starts_with("tax_line.") && key != "tax_line.reason")
        || (key.starts_with("branch.") && key.ends_with(".class"));
    if refers {
        return resolve(key, value);
    }
    const TEXT_KEYS: [&str; 3] = ["rounding_max", "start", "timezone"];
    if TEXT_KEYS.contains(&key) || key.starts_with("prefix.") {
        return Ok(toml::Value::String(value.to_string()));
    }
    Ok(match value {
        "true" => toml::Value::Boolean(true),
        "false" => toml::Value::Boolean(false),
        number if number.parse::<i64>().is_ok() => toml::Value::Integer(number.parse().unwrap_or_default()),
        text => toml::Value::String(text.to_string()),
    })
}

fn put(table: &mut toml::Table, key: &str, value: toml::Value) -> Result<()> {
    let mut parts: Vec<&str> = key.split('.').collect();
    let Some(last) = parts.pop() else { return Err(wrong("A setting needs a key.".into())) };
    let mut here = table;
    for part in parts {
        let next = here.entry(part.to_string()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        here = next
            .as_table_mut()
            .ok_or_else(|| wrong(format!("`{key}`: `{part}` holds no other settings.")))?;
    }
    here.insert(last.to_string(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn sample() -> Settings {
        Settings { company_id: Uuid::from_u128(1), ..Settings::default() }
    }

    fn no_lists(_: &str, name: &str) -> Result<toml::Value> {
        Err(wrong(format!("no `{name}`")))
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &sample()).unwrap();
        assert_eq!(read(dir.path()).unwrap(), sample());
    }

    #[test]
    fn a_wrong_line_is_named_and_nothing_is_taken_over() {
        let problem =
            parse("company_id = \"00000000-0000-0000-0000-000000000001\"\n\ndraft_mode = \"perhaps\"\n")
                .unwrap_err();
        assert!(problem.happened.contains("line 3"), "{}", problem.happened);
        assert_eq!(problem.exit, Exit::Usage);
    }

    #[test]
    fn keys_are_changed_by_name_and_checked_as_a_whole() {
        let one = |k: &str, v: &str| set(&sample(), &[(k.into(), v.into())], &no_lists);
        assert_eq!(one("draft_mode", "post").unwrap().draft_mode, crate::books::DraftMode::Post);
        assert_eq!(one("rounding_max", "0.02").unwrap().rounding_max.get(), 2);
        assert!(one("draft_mood", "post").is_err());
        assert!(one("company_id", "x").is_err());
        assert!(one("rounding_max", "7.00").is_err());
    }
}
