//! Step 1, Connect: who decides, Cin7's credentials, the Web Connector's file, the map from the pulled lists.
//!
//! Must never take over a guess about accounts or tax unseen: proposals carry their reasons (design section 1).

pub use super::settings_change::{
    AlteredDraft, AlteredGroup, ChangePreview, change_settings, preview_change,
};

use super::decide::signed;
use super::redraft::Ground;
use super::{Profile, Result, Said, secret_change};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::books::settings::{DiscountSign, TaxRateUnit};
use crate::books::{CompanyFile, ListAdd, ListRef, Settings};
use crate::cin7;
use crate::drafting::{self, Seen};
use crate::net::login::{hash_password, make_password};
use crate::net::secrets::SecretName;
use crate::store::Lane;
use crate::webconnector::qwc::{self, QwcFile};
use secrecy::SecretString;
use serde::Serialize;
use std::sync::Arc;

/// One proposed setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProposedRow {
    /// Dotted key, `account.inventory_asset`.
    pub key: String,
    /// Name of the list entry, empty where none fits.
    pub value: String,
    /// Why, in words.
    pub reason: String,
    /// Sure enough to be taken over by one command.
    pub sure: bool,
    /// Whether it stands in the settings already.
    pub set: bool,
}

/// The proposed map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MapProposal {
    /// Settings.
    pub rows: Vec<ProposedRow>,
    /// Items that are needed and missing: offered as approved Adds.
    pub missing: Vec<String>,
    /// What a person should know about this company file.
    pub warnings: Vec<String>,
}

/// How Connect stands, for its screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ConnectView {
    pub operator: String,
    pub cin7_url: String,
    pub cin7_username: String,
    pub cin7_key_set: bool,
    pub timezone: String,
    pub start: String,
    pub draft_mode: String,
    pub listen: String,
    pub qbwc_user: String,
    pub qbwc_password_set: bool,
    /// Company file that was adopted, empty before.
    pub company: String,
    /// Company file seen that waits for adoption.
    pub company_waiting: String,
    /// Why nothing is written to QuickBooks, empty if nothing is frozen.
    pub frozen: String,
    /// List name, entries, when pulled (clock time in the company's zone), why refused.
    pub lists: Vec<(String, i64, String, String)>,
    pub map: MapProposal,
    /// What was learnt about the Cin7 account (tax unit, discount sign), in words.
    pub learnt: Vec<String>,
}

fn now(profile: &Profile) -> String {
    profile.now().to_string()
}

/// What documents and products of this account use: codes, rates, terms, branches; from sums that are kept.
fn seen(profile: &Profile) -> Result<Seen> {
    Ok(profile.store().read(|r| {
        let mut seen = Seen::of_uses(r.uses()?);
        for source in r.sources_after("Branches", i64::MIN, 500)? {
            if let Ok(branch) = cin7::branch(&source.raw) {
                seen.branch_names.insert(branch.id, branch.name);
            }
        }
        Ok(seen)
    })?)
}

/// How Connect stands.
///
/// # Errors
/// What the store or the secrets say.
pub fn view(profile: &Profile) -> Result<ConnectView> {
    let settings = profile.settings();
    let secrets = profile.secrets()?;
    let ground = Ground::read(profile)?;
    let (company, waiting, frozen, marks) = profile.store().read(|r| {
        Ok((
            r.meta_json::<CompanyFile>("company")?,
            r.meta_json::<CompanyFile>("company_waiting")?,
            r.meta("frozen")?.unwrap_or_default(),
            r.list_marks()?,
        ))
    })?;
    let clock = |text: &str| text.parse().map(|at| settings.timezone.clock_of(at)).unwrap_or_default();
    Ok(ConnectView {
        operator: profile.operator()?.unwrap_or_default(),
        cin7_url: settings.cin7.url.clone(),
        cin7_username: settings.cin7.username.clone(),
        cin7_key_set: secrets.cin7_key()?.is_some(),
        timezone: settings.timezone.name().to_string(),
        start: settings.start.map(|m| m.to_string()).unwrap_or_default(),
        draft_mode: format!("{:?}", settings.draft_mode).to_lowercase(),
        listen: settings.endpoint.listen.clone(),
        qbwc_user: settings.endpoint.user.clone(),
        qbwc_password_set: secrets.qbwc_password()?.is_some(),
        company: company.map(|c| c.name).unwrap_or_default(),
        company_waiting: waiting.map(|c| format!("{} ({})", c.name, c.path)).unwrap_or_default(),
        frozen,
        lists: marks
            .into_iter()
            .map(|m| (m.list, m.count, clock(&m.pulled_at), m.refused.unwrap_or_default()))
            .collect(),
        map: proposal_view(&proposal(profile, &ground)?, &settings),
        learnt: learnt_words(&ground),
    })
}

/// What the account does differently, in words (design 8.7).
fn learnt_words(ground: &Ground) -> Vec<String> {
    let learnt = &ground.learnt;
    if learnt.evidence.documents == 0 {
        return vec![
            "Nothing yet: Cin7's tax unit and discount sign are learnt from the first documents.".into(),
        ];
    }
    let unit = match learnt.tax_rate_unit {
        TaxRateUnit::Percent => "percent (7.5 is 7.5 %)",
        TaxRateUnit::Fraction => "a fraction (0.075 is 7.5 %)",
        TaxRateUnit::Learn => "not known yet",
    };
    let sign = match learnt.discount_sign {
        DiscountSign::Subtract => "subtracted from the total",
        DiscountSign::Add => "added to the total (it is stored negative)",
        DiscountSign::Learn => "not known yet",
    };
    let mut words = vec![
        format!("Cin7's tax rate is {unit}; {} documents looked at.", learnt.evidence.documents),
        format!("Cin7's order discount is {sign}."),
    ];
    words.extend(learnt.conflicts.iter().cloned());
    words
}

fn proposal(profile: &Profile, ground: &Ground) -> Result<drafting::propose::Proposal> {
    let seen = seen(profile)?;
    Ok(drafting::propose::propose(&ground.lists, &ground.preferences, &ground.settings, &seen))
}

fn proposal_view(proposal: &drafting::propose::Proposal, settings: &Settings) -> MapProposal {
    let mut rows: Vec<ProposedRow> = proposal
        .items
        .iter()
        .map(|item| ProposedRow {
            key: item.key.clone(),
            value: item.value.as_ref().map(|v| v.name.clone()).unwrap_or_default(),
            reason: item.reason.clone(),
            sure: item.sure,
            set: false,
        })
        .collect();
    let mut chosen = |key: &str, value: &Option<ListRef>| {
        if let Some(value) = value {
            rows.push(ProposedRow {
                key: key.to_string(),
                value: value.name.clone(),
                reason: "in the settings".into(),
                sure: true,
                set: true,
            });
        }
    };
    chosen("account.inventory_asset", &settings.account.inventory_asset);
    chosen("account.cogs", &settings.account.cogs);
    chosen("account.ar", &settings.account.ar);
    chosen("account.ap", &settings.account.ap);
    chosen("item.sales", &settings.item.sales);
    chosen("item.freight", &settings.item.freight);
    chosen("item.surcharge", &settings.item.surcharge);
    chosen("item.discount", &settings.item.discount);
    chosen("item.rounding", &settings.item.rounding);
    MapProposal {
        rows,
        missing: proposal.missing.iter().map(|m| format!("{}: {}", m.add.name(), m.reason)).collect(),
        warnings: proposal.warnings.clone(),
    }
}

/// The proposed map, with reasons.
///
/// # Errors
/// What the store says.
pub fn map(profile: &Profile) -> Result<MapProposal> {
    let ground = Ground::read(profile)?;
    Ok(proposal_view(&proposal(profile, &ground)?, &ground.settings))
}

/// What was taken over also holds for codes, rates and branches that only new documents bring: what is sure of them is
/// taken in and told with its reason. Without an accepted map nothing is.
///
/// # Errors
/// What the store or the settings file says.
pub(super) fn complete_map(profile: &Profile) -> Result<Vec<String>> {
    let accepted: Option<String> = profile.store().read(|r| r.meta("map_accepted_by"))?;
    let Some(by) = accepted else { return Ok(Vec::new()) };
    let ground = Ground::read(profile)?;
    let proposal = proposal(profile, &ground)?;
    let mut settings = ground.settings.clone();
    let mut told = Vec::new();
    for item in proposal.items.iter().filter(|item| item.sure) {
        if let Some(value) = &item.value
            && item.slot.fill(&mut settings, value)
        {
            told.push(format!("{} = {} ({})", item.key, value.name, item.reason));
        }
    }
    if told.is_empty() {
        return Ok(told);
    }
    let (at, kept) = (now(profile), told.clone());
    profile.decide_settings(&settings, move |tx| tx.event(&at, &by, "map_completed", "settings", &kept))?;
    Ok(told)
}

/// Takes over what is sure, and approves the creation of the items that are missing: they leave with the next batch.
///
/// # Errors
/// What the store or the settings file says.
pub fn accept_map(profile: &Profile, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let ground = Ground::read(profile)?;
    let proposal = proposal(profile, &ground)?;
    let mut settings = drafting::accept(&ground.settings, &proposal);
    let taken = proposal.items.iter().filter(|item| item.sure && item.value.is_some()).count();
    let missing: Vec<ListAdd> = proposal.missing.iter().map(|m| m.add.clone()).collect();
    // A missing item is named in the settings by its name alone; its ListID is bound when QuickBooks has made it.
    for item in &proposal.missing {
        drafting::name_missing(&mut settings, item);
    }
    let created = profile.decide_settings(&settings, move |tx| {
        let count = super::handoff::approve_items(tx, &who.by, &who.at, who.company, &missing)?;
        tx.set_meta("map_accepted_by", &who.by)?;
        tx.event(&who.at, &who.by, "map_accepted", "settings", &taken)?;
        Ok(count)
    })?;
    super::redraft::redraft(profile)?;
    Ok(Said::new(
        taken,
        format!(
            "Took over {taken} {}; {created} {} created with the next batch.",
            if taken == 1 { "setting" } else { "settings" },
            if created == 1 { "item is" } else { "items are" }
        ),
    ))
}

/// Tests the Cin7 credentials, one row per resource.
///
/// # Errors
/// When there is no key, or the address is wrong.
pub async fn test_cin7(profile: &Arc<Profile>) -> Result<Vec<(String, std::result::Result<(), Problem>)>> {
    let mut client = super::fetch::client(profile)?;
    let tested = client.test_credentials().await;
    let state = client.bucket_state().clone();
    if profile.is_host() {
        profile.store().write(Lane::Bulk, move |tx| tx.set_meta_json("cin7_bucket", &state))?;
    }
    Ok(tested.into_iter().map(|(resource, result)| (resource.plain_name().to_string(), result)).collect())
}

/// What the .QWC file of this computer, or of a named one, says.
///
/// # Errors
/// When a value is not legal in the file, or the certificate that the settings name cannot be used.
pub fn qwc_file(profile: &Profile, computer: Option<&str>) -> Result<QwcFile> {
    let settings = profile.settings();
    let company: Option<CompanyFile> = profile.store().read(|r| r.meta_json("company"))?;
    let port = settings.endpoint.listen.rsplit(':').next().unwrap_or("8085").to_string();
    let address = match super::tls::of(profile)? {
        Some(tls) => format!("https://{}:{port}", tls.host()),
        None => format!("http://localhost:{port}"),
    };
    Ok(QwcFile {
        app_name: qwc::app_name(settings.endpoint.file_id, computer),
        company: company.map(|company| company.name).unwrap_or_default(),
        app_url: format!("{address}/qbwc"),
        support_url: format!("{address}/support"),
        user: qwc::user_of(&settings.endpoint.user, computer)?,
        file_id: settings.endpoint.file_id,
        every_minutes: settings.endpoint.every_minutes,
    })
}

/// The text of this computer's .QWC file as it would be written now; nothing is noted.
///
/// # Errors
/// When a value is not legal in the file.
pub(super) fn qwc_text(profile: &Profile) -> Result<String> {
    qwc::write(&qwc_file(profile, None)?)
}

/// The text of the .QWC file, for this computer or a named one. The host writes down whose it is.
///
/// # Errors
/// When a value is not legal in the file.
pub fn qwc(profile: &Profile, computer: Option<&str>) -> Result<String> {
    let file = qwc_file(profile, computer)?;
    let text = qwc::write(&file)?;
    if profile.is_host() {
        let at = now(profile);
        let computer = computer.unwrap_or("this computer").to_string();
        profile
            .store()
            .write(Lane::Person, move |tx| tx.add_identity(&file.user, &computer, &file.app_name, &at))?;
    }
    Ok(text)
}

/// What to do with the file in QuickBooks and the Web Connector, step by step.
///
/// # Errors
/// As [`qwc_file`].
pub fn qwc_steps(profile: &Profile, computer: Option<&str>) -> Result<Vec<String>> {
    Ok(qwc::steps(&qwc_file(profile, computer)?))
}

/// Writes the .QWC file into the profile's exports.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_qwc(profile: &Profile) -> Result<std::path::PathBuf> {
    let text = qwc(profile, None)?;
    let path = profile.dir().join("exports").join("countersign.qwc");
    std::fs::create_dir_all(profile.dir().join("exports"))
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|e| {
            Problem::new(
                Exit::Usage,
                "QWC-WRITE",
                format!("The Web Connector file cannot be written: {e}."),
                "Nothing else was changed.",
                "Free space on the disk, or write it elsewhere with `countersign qwc --out FILE`.",
            )
        })?;
    Ok(path)
}

/// Keeps the Cin7 key.
///
/// # Errors
/// When the secrets file cannot be written safely.
pub fn set_cin7_key(profile: &Profile, key: &SecretString, by: &str) -> Result<()> {
    secret_change::keep(profile, SecretName::Cin7Key, key, by)?;
    super::setup::forget_test(profile)
}

/// Makes a new Web Connector password, keeps its argon2id text, and hands the password over to be shown once.
///
/// # Errors
/// When the secrets file cannot be written safely.
pub fn new_qbwc_password(profile: &Profile, by: &str) -> Result<SecretString> {
    let random: [u8; 24] = super::host::random_bytes()?;
    let password = make_password(random);
    set_qbwc_password(profile, &password, by)?;
    Ok(SecretString::from(password))
}

/// Keeps the argon2id text of a Web Connector password.
///
/// # Errors
/// When the secrets file cannot be written safely.
pub fn set_qbwc_password(profile: &Profile, password: &str, by: &str) -> Result<()> {
    let salt: [u8; 16] = super::host::random_bytes()?;
    let hash = hash_password(password, salt).map_err(|_| super::bug("the password could not be hashed"))?;
    secret_change::keep(profile, SecretName::QbwcPasswordHash, &SecretString::from(hash), by)
}

/// Confirms that the company file seen is ours.
///
/// # Errors
/// When none waits for confirmation.
pub fn adopt_company(profile: &Profile, by: &str) -> Result<Said> {
    super::handoff::unfreeze(profile, by)
}
