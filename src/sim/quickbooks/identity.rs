//! Who QuickBooks is: host, company and preferences (`qbxml.md` 7, `web-connector.md` 4).
//!
//! Must tell the same switches that the rest of the company lives by.

use super::answer::{Answer, Outcome, Refusal};
use super::company::Company;
use super::lists::Group;
use crate::sim::xml::El;

/// Versions that the host tells, oldest first.
const VERSIONS: [&str; 16] = [
    "1.0", "1.1", "2.0", "2.1", "3.0", "4.0", "5.0", "6.0", "7.0", "8.0", "9.0", "10.0", "11.0", "12.0",
    "13.0", "16.0",
];
/// Lists of the host's metadata, in order, with a capacity for those that are not the names.
const CAPACITIES: [&str; 19] = [
    "Account",
    "BillingRate",
    "Class",
    "CustomerMsg",
    "CustomerType",
    "Entity",
    "Item",
    "JobType",
    "PaymentMethod",
    "PayrollItem",
    "PriceLevel",
    "SalesRep",
    "SalesTaxCode",
    "ShipMethod",
    "Template",
    "Terms",
    "ToDo",
    "Vehicle",
    "VendorType",
];

fn flag(name: &str, on: bool) -> El {
    El::leaf(name, on.to_string())
}

fn block(name: &str, children: Vec<El>) -> El {
    El { name: name.to_string(), children, ..El::default() }
}

/// Preferences that little in this company depends on.
fn steady_preferences(currencies: El) -> Vec<El> {
    vec![
        block(
            "FinanceChargePreferences",
            vec![
                El::leaf("GracePeriod", "0"),
                flag("IsAssessingForOverdueCharges", false),
                El::leaf("CalculateChargesFrom", "DueDate"),
                flag("IsMarkedToBePrinted", false),
            ],
        ),
        block(
            "JobsAndEstimatesPreferences",
            vec![
                flag("IsUsingEstimates", true),
                flag("IsUsingProgressInvoicing", false),
                flag("IsPrintingItemsWithZeroAmounts", false),
            ],
        ),
        currencies,
        block(
            "PurchasesAndVendorsPreferences",
            vec![
                flag("IsUsingInventory", true),
                El::leaf("DaysBillsAreDue", "10"),
                flag("IsAutomaticallyUsingDiscounts", false),
            ],
        ),
        block(
            "ReportsPreferences",
            vec![El::leaf("AgingReportBasis", "AgeFromDueDate"), El::leaf("SummaryReportBasis", "Accrual")],
        ),
        block(
            "SalesAndCustomersPreferences",
            vec![flag("IsTrackingReimbursedExpensesAsIncome", false), flag("IsAutoApplyingPayments", true)],
        ),
    ]
}

impl Company {
    /// Host, company or preferences; with `every_stamp` the company tells all its private data.
    pub(super) fn identity_query(&self, request: &El, every_stamp: bool) -> Answer {
        let ret = match request.name.as_str() {
            "HostQueryRq" => self.host(request),
            "CompanyQueryRq" => self.company(&request.all("OwnerID"), every_stamp),
            _ => self.preferences(),
        };
        Ok(Outcome::done(vec![ret]))
    }

    fn host(&self, request: &El) -> El {
        let mut ret = El::new("HostRet");
        ret.push("ProductName", "QuickBooks Enterprise Solutions 23.0 (simulated)");
        ret.push("MajorVersion", "33");
        ret.push("MinorVersion", "0");
        ret.push("Country", "US");
        let spoken =
            |text: &&&str| super::grammar::version_number(text) <= Some(self.switches.highest_version);
        for version in VERSIONS.iter().filter(spoken) {
            ret.push("SupportedQBXMLVersion", *version);
        }
        ret.push("IsAutomaticLogin", "false");
        ret.push("QBFileMode", "SingleUser");
        if request.child("IncludeListMetaData").is_some() {
            let mut data = El::new("ListMetaData");
            for list in CAPACITIES {
                let most = if list == "Entity" { self.switches.name_capacity } else { 10_000 };
                let capacity = El::leaf("MaxCapacity", most.to_string());
                data.children.push(El::new(&format!("{list}MetaData")).with(capacity));
            }
            ret.children.push(data);
        }
        ret
    }

    fn company(&self, owners: &[&str], every_stamp: bool) -> El {
        let mut ret = El::new("CompanyRet");
        ret.push("IsSampleCompany", "false");
        ret.push("CompanyName", &self.name);
        ret.push("LegalCompanyName", &self.name);
        ret.push("FirstMonthFiscalYear", "January");
        ret.push("FirstMonthIncomeTaxYear", "January");
        ret.push("TaxForm", "Form1120S");
        for (owner, name, value) in &self.stamps {
            if every_stamp || owners.iter().any(|wanted| wanted.eq_ignore_ascii_case(owner)) {
                let mut data = El::new("DataExtRet");
                data.push("OwnerID", owner.as_str());
                data.push("DataExtName", name.as_str());
                data.push("DataExtType", "STR255TYPE");
                data.push("DataExtValue", value.as_str());
                ret.children.push(data);
            }
        }
        ret
    }

    fn preferences(&self) -> El {
        let mut accounting = vec![
            flag("IsUsingAccountNumbers", true),
            flag("IsRequiringAccounts", true),
            flag("IsUsingClassTracking", self.class_tracking),
            flag("IsUsingAuditTrail", true),
            flag("IsAssigningJournalEntryNumbers", self.switches.numbers_journals),
        ];
        accounting.extend(self.closing_date.map(|day| El::leaf("ClosingDate", day.to_string())));
        let mut blocks = vec![block("AccountingPreferences", accounting)];
        blocks.extend(steady_preferences(self.currency_preferences()));
        blocks.extend(self.sales_tax_preferences());
        blocks.push(block(
            "CurrentAppAccessRights",
            vec![flag("IsAutomaticLoginAllowed", false), flag("IsPersonalDataAccessAllowed", false)],
        ));
        block("PreferencesRet", blocks)
    }

    /// Absent where sales tax is off.
    fn sales_tax_preferences(&self) -> Option<El> {
        let code = |name: &str| self.lists.named(Group::SalesTaxCode, name).map(|code| code.id.clone());
        if !self.sales_tax {
            return None;
        }
        let mut block = El::new("SalesTaxPreferences");
        block
            .children
            .extend(self.default_tax_item.as_deref().map(|id| El::reference("DefaultItemSalesTaxRef", id)));
        block.push("PaySalesTax", "Monthly");
        let codes = [("DefaultTaxableSalesTaxCodeRef", "Tax"), ("DefaultNonTaxableSalesTaxCodeRef", "Non")];
        for (name, word) in codes {
            block.children.extend(code(word).map(|id| El::reference(name, &id)));
        }
        Some(block)
    }

    /// DataExtAdd: only private data on the company record is kept here.
    pub(super) fn data_ext_add(&mut self, body: &El) -> Answer {
        let text = |name: &str| body.get(name).unwrap_or_default().to_string();
        if body.get("OtherDataExtType") != Some("Company") {
            return Err(Refusal::new(1030, "The request is not supported."));
        }
        self.set_stamp(&text("OwnerID"), &text("DataExtName"), &text("DataExtValue"));
        let mut ret = El::new("DataExtRet");
        ret.push("OwnerID", text("OwnerID"));
        ret.push("DataExtName", text("DataExtName"));
        ret.push("DataExtType", "STR255TYPE");
        ret.push("DataExtValue", text("DataExtValue"));
        Ok(Outcome::done(vec![ret]))
    }
}
