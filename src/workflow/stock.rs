//! What Cin7's stock is worth, once at each fetch: Cin7's API has no past value, so it is kept as a snapshot (design 8.13).
//!
//! Must never end a fetch where Cin7 refuses the stock list, nor keep a figure made from a part of it.

use super::{Profile, Result};
use crate::base::Problem;
use crate::books::settings::InventoryMethod;
use crate::cin7::Sink;
use crate::cin7::stock::{Costs, valuation};
use crate::net::cin7_client::Cin7Client;
use crate::store::values::Snapshot;
use crate::store::{Lane, Reader};

/// Products read at once.
const SLICE: usize = 500;

fn costs(reader: &Reader<'_>) -> crate::store::Result<Costs> {
    let mut costs = Costs::default();
    let mut after = i64::MIN;
    loop {
        let page = reader.sources_after("Products", after, SLICE)?;
        let Some(last) = page.last() else { return Ok(costs) };
        after = last.cin7_id;
        for source in &page {
            costs.note(&source.raw);
        }
    }
}

/// Reads the stock and keeps its worth; what stood in the way, where a fetch can do without it.
///
/// # Errors
/// What ends a fetch: the network, the day's requests, the store.
pub(super) async fn snapshot(
    profile: &Profile,
    client: &mut Cin7Client,
    sink: &mut dyn Sink,
) -> Result<Option<String>> {
    let settings = profile.settings();
    if settings.inventory_method == InventoryMethod::Periodic {
        return Ok(None);
    }
    let costs = profile.store().read(costs)?;
    let column = match costs.column(&settings.inventory.cost_column) {
        Ok(column) => column,
        Err(why) => return Ok(Some(format!("stock value: {why}"))),
    };
    let rows = match client.read_stock(sink).await {
        Ok(rows) => rows,
        Err(problem) if is_refusal(&problem) => {
            return Ok(Some(format!("stock value: {}", problem.happened)));
        }
        Err(problem) => return Err(problem),
    };
    let told = valuation(&rows, &costs, &column);
    let now = profile.now();
    let snapshot = Snapshot {
        day: settings.timezone.day_of(now),
        at: now.to_string(),
        value: told.value,
        note: told.note(&column),
    };
    profile.store().write(Lane::Bulk, move |tx| tx.keep_snapshot(&snapshot))?;
    Ok(None)
}

/// Refused, not there, or not to be ordered so: the figure is then not known, and the rest of the fetch stands.
fn is_refusal(problem: &Problem) -> bool {
    matches!(problem.code.as_str(), "CIN7-400" | "CIN7-403" | "CIN7-404")
}
