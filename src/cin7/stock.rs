//! Stock on hand times cost: what Cin7's stock is worth now, by its own standard costs.
//!
//! Must never be taken for Cin7's first-in-first-out value: it is an approximation to compare with, never the amount of a
//! routine journal (`cin7-api.md` 9; design 8.13). Stock rows have no id: rows are told apart by option, branch and size
//! (design 8.1). Kits and rows without cost are left out and counted.

use super::canonical;
use super::errors::Failure;
use super::fields::Fields;
use super::resource::Resource;
use crate::base::{Cents, Decimal, limits};
use std::collections::{BTreeSet, HashMap, HashSet};

/// One row of the stock list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StockRow {
    pub option: i64,
    pub branch: i64,
    pub size: String,
    pub on_hand: Decimal,
    /// What could be made of its parts: only kits have it.
    pub is_kit: bool,
}

/// Path and query of a page. The order is said, so that pages do not overlap; there is no id to go by.
#[must_use]
pub fn path(page: u32) -> String {
    format!("{}?page={page}&rows={}&order=productOptionId%20ASC", Resource::Stock.path(), limits::CIN7_ROWS)
}

/// Reads a page; unreadable rows are left out. Beside them, how many rows Cin7 sent.
///
/// # Errors
/// The [`Failure`] when the body is no list.
pub fn rows(body: &str) -> Result<(Vec<StockRow>, usize), Failure> {
    let raw = canonical::rows(body).map_err(|why| Failure::BrokenJson { why: why.to_string() })?;
    let received = raw.len();
    let read = |row: &str| {
        let fields = Fields::of(row).ok()?;
        Some(StockRow {
            option: fields.id("productOptionId").ok()?,
            branch: fields.id("branchId").ok()?,
            size: fields.text("size").to_lowercase(),
            on_hand: fields.amount("stockOnHand").ok()?,
            is_kit: !fields.amount("virtual").ok()?.is_zero(),
        })
    };
    Ok((raw.into_iter().filter_map(read).collect(), received))
}

/// Price columns by option and size.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    columns: BTreeSet<String>,
    prices: HashMap<(i64, String), HashMap<String, Decimal>>,
    kits: HashSet<i64>,
}

impl Costs {
    /// Takes the options of a product, inactive ones too: they count while they hold stock (`cin7-api.md` 9).
    pub fn note(&mut self, raw: &str) {
        let Ok(product) = Fields::of(raw) else { return };
        let is_kit = product.text("orderType").eq_ignore_ascii_case("kit");
        for option in product.objects("productOptions").unwrap_or_default() {
            let Ok(id) = option.id("id") else { continue };
            if is_kit {
                self.kits.insert(id);
            }
            let columns = option.object("priceColumns");
            let mut prices = HashMap::new();
            for name in columns.names().filter(|name| name.starts_with("cost")) {
                if let Ok(Some(price)) = columns.decimal(&name) {
                    prices.insert(name.clone(), price);
                }
                self.columns.insert(name);
            }
            self.prices.insert((id, option.text("size").to_lowercase()), prices);
        }
    }

    /// The column that holds costs: the one named in the settings, else the only one whose name begins with `cost`
    /// (`cin7-api.md` 5.6, a guess).
    ///
    /// # Errors
    /// What a person has to choose between.
    pub fn column(&self, chosen: &str) -> Result<String, String> {
        let chosen = chosen.trim().to_lowercase();
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        let mut names = self.columns.iter();
        match (names.next(), names.next()) {
            (Some(only), None) => Ok(only.clone()),
            (None, _) => {
                Err("No price column of Cin7 begins with `cost`; name it in inventory.cost_column.".into())
            }
            (Some(_), Some(_)) => {
                let all: Vec<&str> = self.columns.iter().map(String::as_str).collect();
                Err(format!(
                    "Several price columns may be the cost: {}; name one in inventory.cost_column.",
                    all.join(", ")
                ))
            }
        }
    }
}

/// What the stock is worth, and what the figure leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Valuation {
    pub value: Cents,
    pub rows: usize,
    pub without_cost: usize,
    pub negative: usize,
    pub kits: usize,
}

impl Valuation {
    /// What a person should know of the figure.
    #[must_use]
    pub fn note(&self, column: &str) -> String {
        let mut note = format!("Stock on hand times `{column}`: an approximation of Cin7's own value.");
        for (count, what) in [
            (self.without_cost, "rows with stock have no cost and count for nothing"),
            (self.negative, "rows are below zero and lower the figure"),
        ] {
            if count > 0 {
                note.push_str(&format!(" {count} {what}."));
            }
        }
        note
    }
}

/// Sums stock on hand times cost, each row of an option, branch and size once, rounded once.
#[must_use]
pub fn valuation(rows: &[StockRow], costs: &Costs, column: &str) -> Valuation {
    let mut told = Valuation::default();
    let mut seen = HashSet::new();
    let mut sum = Decimal::ZERO;
    for row in rows {
        if !seen.insert((row.option, row.branch, row.size.as_str())) {
            continue;
        }
        told.rows += 1;
        if row.is_kit || costs.kits.contains(&row.option) {
            told.kits += 1;
            continue;
        }
        if row.on_hand.is_zero() {
            continue;
        }
        let by_size = costs.prices.get(&(row.option, row.size.clone()));
        let prices = by_size.or_else(|| costs.prices.get(&(row.option, String::new())));
        match prices.and_then(|prices| prices.get(column)).filter(|cost| !cost.is_zero()) {
            Some(cost) => {
                told.negative += usize::from(row.on_hand.is_sign_negative());
                sum = row.on_hand.checked_mul(*cost).and_then(|worth| sum.checked_add(worth)).unwrap_or(sum);
            }
            None => told.without_cost += 1,
        }
    }
    told.value = Cents::round(sum).unwrap_or_default();
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs() -> Costs {
        let mut costs = Costs::default();
        costs.note(r#"{"id":1,"orderType":"Order","productOptions":[{"id":901,"priceColumns":{"retailUSD":9.0,"costUSD":4.005}},{"id":902,"size":"S","priceColumns":{"costUSD":null}},{"id":902,"size":"M","priceColumns":{"costUSD":2.0}}]}"#);
        costs.note(
            r#"{"id":2,"orderType":"Kit","productOptions":[{"id":903,"priceColumns":{"costUSD":50.0}}]}"#,
        );
        costs
    }

    #[test]
    fn stock_is_worth_what_is_on_hand_at_cost_and_says_what_it_leaves_out() {
        let body = r#"[{"productOptionId":901,"branchId":3,"stockOnHand":3.0,"virtual":0.0,"size":null},
            {"productOptionId":901,"branchId":3,"stockOnHand":3.0,"virtual":0.0,"size":null},
            {"productOptionId":901,"branchId":5,"stockOnHand":-1.0,"virtual":0.0},
            {"productOptionId":902,"branchId":3,"stockOnHand":5.0,"size":"S"},
            {"productOptionId":902,"branchId":3,"stockOnHand":5.0,"size":"M"},
            {"productOptionId":903,"branchId":3,"stockOnHand":2.0,"virtual":4.0}]"#;
        let (rows, received) = rows(body).unwrap();
        assert_eq!((rows.len(), received), (6, 6));
        let costs = costs();
        let column = costs.column("").unwrap();
        let told = valuation(&rows, &costs, &column);
        assert_eq!(told.value.to_string(), "18.01", "2 x 4.005 + 5 x 2.00, rounded once");
        assert_eq!((told.rows, told.without_cost, told.negative, told.kits), (5, 1, 1, 1));
        assert!(told.note(&column).contains("1 rows with stock have no cost"));
    }

    #[test]
    fn two_columns_that_may_be_the_cost_are_asked_about() {
        let mut costs = costs();
        costs.note(r#"{"id":3,"productOptions":[{"id":9,"priceColumns":{"costEUR":1.0}}]}"#);
        assert!(costs.column("").unwrap_err().contains("costeur, costusd"));
        assert_eq!(costs.column("costUSD").unwrap(), "costusd");
        assert!(Costs::default().column("").is_err());
    }
}
