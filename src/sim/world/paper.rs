//! One Cin7 document before it is written, and how Cin7 writes it.
//!
//! Must keep Cin7's field order and its differences between sales orders, purchase orders and credit notes
//! (`cin7-api.md` 5.1-5.4): a purchase order has no invoice number, a credit note has no `isVoid`, a line has no total.

use super::Habits;
use super::goods::{self, Good};
use super::json::{Json, Record};
use super::people::{Currency, Party};
use super::totals::{Parts, four_decimals, line_value};
use rust_decimal::Decimal;

/// Which resource a document belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaperKind {
    /// Sales order.
    #[default]
    Sale,
    /// Purchase order.
    Purchase,
    /// Credit note.
    Credit,
}

/// One line before it is written.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Place of the good in the catalogue; none for a free-text line.
    pub good: Option<usize>,
    /// Name of a free-text line.
    pub text: &'static str,
    /// Ordered quantity; negative on credit notes.
    pub qty: Decimal,
    /// Price of one.
    pub price: Decimal,
    /// Cost of one, where Cin7 knows it.
    pub cost: Option<Decimal>,
    /// Money discount of the whole line.
    pub discount: Decimal,
    /// Quantity that moved.
    pub moved: Decimal,
    /// GL account of the line, or empty.
    pub account: &'static str,
    /// Place of the kit's line, for its components.
    pub parent: Option<usize>,
    /// Whether the quantity is given by sizes.
    pub sized: bool,
}

/// One document before it is written. Times are texts as on the wire.
#[derive(Clone, Debug, Default)]
pub struct Paper<'a> {
    /// Resource.
    pub kind: PaperKind,
    /// Cin7's id.
    pub id: i64,
    /// Id of the first line.
    pub first_line: i64,
    /// When it was made.
    pub created: String,
    /// When it was changed last.
    pub modified: String,
    /// False for a draft.
    pub draft: bool,
    /// Voided.
    pub void: bool,
    /// Order reference.
    pub reference: String,
    /// The contact; none for a draft without one.
    pub party: Option<&'a Party>,
    /// Branch id.
    pub branch: i64,
    /// Internal comment.
    pub comment: &'static str,
    /// Lines.
    pub lines: Vec<Line>,
    /// Delivery charge.
    pub freight: Decimal,
    /// Surcharge.
    pub surcharge: Decimal,
    /// Order discount, positive when it lowers the total.
    pub discount: Decimal,
    /// Tax that the header's rate does not explain.
    pub stray_tax: Decimal,
    /// Channel.
    pub source: &'static str,
    /// Accounting import status; empty means `NotImported`.
    pub import_status: &'static str,
    /// When it was imported.
    pub import_date: Option<String>,
    /// Customer's order number.
    pub customer_order: String,
    /// Invoice date, or credit note date.
    pub invoiced: Option<String>,
    /// Invoice number, or credit note number; 0 for none.
    pub number: i64,
    /// Fully dispatched, fully received, or completed.
    pub moved: Option<String>,
    /// When the cost changed last.
    pub costed: Option<String>,
    /// Supplier's bill number (purchase orders).
    pub supplier_reference: String,
    /// Reference of the sale that a credit note takes back.
    pub sales_reference: String,
    /// Reason on a credit note.
    pub report: String,
    /// Many texts are null.
    pub nulls: bool,
}

impl Paper<'_> {
    /// Sum of the line values.
    #[must_use]
    pub fn product_total(&self) -> Decimal {
        self.lines.iter().map(|line| line_value(line.qty, line.price, line.discount)).sum()
    }

    /// The parts that make the total.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let tax = self.party.map(|party| party.tax).unwrap_or_default();
        Parts {
            products: self.product_total(),
            freight: self.freight,
            surcharge: self.surcharge,
            discount: self.discount,
            tax_status: tax.status,
            tax_percent: tax.percent,
            stray_tax: self.stray_tax,
        }
    }

    /// The record as Cin7's resource shows it.
    #[must_use]
    pub fn record(&self, goods: &[Good], habits: &Habits) -> Record {
        let mut record = Record::new(self.head());
        record.extend(self.addresses());
        record.extend(self.money(habits));
        record.extend(match self.kind {
            PaperKind::Credit => self.credit_tail(),
            PaperKind::Sale => {
                let mut fields = self.order_tail();
                fields.extend(self.sale_tail());
                fields
            }
            PaperKind::Purchase => {
                let mut fields = self.order_tail();
                fields.extend(self.purchase_tail());
                fields
            }
        });
        let lines =
            (0_i64..).zip(&self.lines).map(|(place, line)| self.line(place, line, goods).into()).collect();
        record.push("lineItems".into(), Json::List(lines));
        record
    }

    /// A text that is null in a document full of nulls.
    fn text(&self, text: &str) -> Json {
        if self.nulls && text.is_empty() { Json::Null } else { Json::from(text.to_string()) }
    }

    fn status(&self) -> &'static str {
        match (self.void, self.draft) {
            (true, _) => "VOID",
            (false, true) => "DRAFT",
            (false, false) => "APPROVED",
        }
    }

    fn head(&self) -> Vec<(&'static str, Json)> {
        let nobody = Party::default();
        let party = self.party.unwrap_or(&nobody);
        vec![
            ("id", self.id.into()),
            ("createdDate", self.created.clone().into()),
            ("modifiedDate", self.modified.clone().into()),
            ("createdBy", 12_i64.into()),
            ("processedBy", 12_i64.into()),
            ("isApproved", (!self.draft).into()),
            ("reference", self.reference.clone().into()),
            ("memberId", party.id.into()),
            ("firstName", party.first.clone().into()),
            ("lastName", party.last.clone().into()),
            ("company", party.company().into()),
            ("email", party.email.clone().into()),
            ("phone", super::people::dashed(&party.phone).into()),
            ("mobile", "".into()),
            ("fax", "".into()),
        ]
    }

    fn addresses(&self) -> Vec<(&'static str, Json)> {
        let nobody = Party::default();
        let party = self.party.unwrap_or(&nobody);
        let billed = party.billing.map_or_else(|| party.company(), |(_, name)| name.to_string());
        vec![
            ("deliveryFirstName", self.text(&party.first)),
            ("deliveryLastName", self.text(&party.last)),
            ("deliveryCompany", self.text(&party.company())),
            ("deliveryAddress1", self.text(&party.address())),
            ("deliveryAddress2", self.text(&party.unit)),
            ("deliveryCity", self.text(party.town.city)),
            ("deliveryState", self.text(party.town.state)),
            ("deliveryPostalCode", self.text(&party.zip)),
            ("deliveryCountry", self.text(party.country)),
            ("billingFirstName", self.text(&party.first)),
            ("billingLastName", self.text(&party.last)),
            ("billingCompany", self.text(&billed)),
            ("billingAddress1", self.text(&party.address())),
            ("billingAddress2", self.text(&party.unit)),
            ("billingCity", self.text(party.town.city)),
            ("billingPostalCode", self.text(&party.zip)),
            ("billingState", self.text(party.town.state)),
            ("billingCountry", self.text(party.country)),
            ("branchId", self.branch.into()),
            ("branchEmail", self.text(if self.nulls { "" } else { goods::BRANCH_EMAIL })),
            ("projectName", "".into()),
            ("trackingCode", self.text("")),
            ("internalComments", self.text(self.comment)),
        ]
    }

    fn money(&self, habits: &Habits) -> Vec<(&'static str, Json)> {
        let parts = self.parts();
        let currency = self.party.map(|party| party.currency).unwrap_or_default();
        let (code, rate, symbol) = match currency {
            Currency::Usd => ("USD", Decimal::ONE, "$"),
            Currency::Eur => ("EUR", Decimal::new(10_837, 4), "€"),
            Currency::Cny => ("CNY", Decimal::new(1_379, 4), "¥"),
        };
        let said = |amount: Decimal, text: &'static str| self.text(if amount.is_zero() { "" } else { text });
        let custom = Record::new(vec![("orders_1000", "".into()), ("orders_1001", "".into())]);
        let mut fields = vec![
            ("productTotal", four_decimals(parts.products).into()),
            ("freightTotal", parts.freight.into()),
            ("freightDescription", said(parts.freight, "UPS Ground")),
            ("surcharge", parts.surcharge.into()),
            ("surchargeDescription", said(parts.surcharge, "Card fee")),
            ("discountTotal", habits.shown_discount(parts.discount).into()),
            ("discountDescription", said(parts.discount, "WELCOME5 <first order> & \"free\" gift")),
            ("total", parts.total().into()),
            ("currencyCode", code.into()),
            ("currencyRate", rate.into()),
            ("currencySymbol", symbol.into()),
            ("taxStatus", parts.tax_status.text().into()),
            ("taxRate", if self.nulls { Json::Null } else { habits.shown_rate(parts.tax_percent).into() }),
            ("source", self.text(self.source)),
            ("customFields", if self.nulls { Json::Null } else { custom.into() }),
        ];
        if self.kind != PaperKind::Credit {
            fields.push(("isVoid", self.void.into()));
        }
        let status = if self.import_status.is_empty() { "NotImported" } else { self.import_status };
        let attributes = Record::new(vec![
            ("importDate", self.import_date.clone().into()),
            ("accountingImportStatus", status.into()),
        ]);
        fields.push(("accountingAttributes", attributes.into()));
        fields.push(("memberEmail", self.party.map_or(String::new(), |party| party.email.clone()).into()));
        fields
    }

    /// Fields that sales and purchase orders share.
    fn order_tail(&self) -> Vec<(&'static str, Json)> {
        let nobody = Party::default();
        let party = self.party.unwrap_or(&nobody);
        vec![
            ("memberCostCenter", party.cost_center.into()),
            ("memberAlternativeTaxRate", party.tax.name.into()),
            ("costCenter", "".into()),
            ("alternativeTaxRate", party.tax.name.into()),
            ("estimatedDeliveryDate", Json::Null),
            ("salesPersonId", 0_i64.into()),
            ("salesPersonEmail", Json::Null),
            ("paymentTerms", self.text(party.terms)),
            ("customerOrderNo", self.customer_order.clone().into()),
            ("voucherCode", "".into()),
            ("deliveryInstructions", "".into()),
            ("cancellationDate", if self.void { self.modified.clone().into() } else { Json::Null }),
            ("modifiedCOGSDate", self.costed.clone().into()),
            ("status", self.status().into()),
        ]
    }

    fn sale_tail(&self) -> Vec<(&'static str, Json)> {
        let stage = match (self.void, &self.moved) {
            (true, _) => "Declined",
            (false, Some(_)) => "Dispatched",
            (false, None) => "New",
        };
        vec![
            ("stage", stage.into()),
            ("invoiceDate", self.invoiced.clone().into()),
            ("invoiceNumber", self.number.into()),
            ("dispatchedDate", self.moved.clone().into()),
            ("logisticsCarrier", "".into()),
            ("logisticsStatus", 0_i64.into()),
            ("ediStatus", 0_i64.into()),
            ("distributionBranchId", 0_i64.into()),
            ("departmentNumber", "".into()),
            ("storeLocationNumber", "".into()),
            ("distributionCenter", "".into()),
        ]
    }

    fn purchase_tail(&self) -> Vec<(&'static str, Json)> {
        vec![
            ("stage", if self.moved.is_some() { "Received" } else { "" }.into()),
            ("supplierInvoiceReference", self.text(&self.supplier_reference)),
            ("supplierAcceptanceDate", Json::Null),
            ("port", self.text("")),
            ("estimatedArrivalDate", Json::Null),
            ("fullyReceivedDate", self.moved.clone().into()),
            ("invoiceDate", self.invoiced.clone().into()),
            ("logisticsCarrier", "".into()),
            ("logisticsStatus", 0_i64.into()),
        ]
    }

    fn credit_tail(&self) -> Vec<(&'static str, Json)> {
        vec![
            ("status", self.status().into()),
            ("salesReference", self.sales_reference.clone().into()),
            ("creditNoteNumber", self.number.into()),
            ("creditNoteDate", self.invoiced.clone().into()),
            ("completedDate", self.moved.clone().into()),
            ("customerReport", self.text(&self.report)),
            ("alternativeAccountCode", self.text("")),
            ("salesPersonId", 0_i64.into()),
            ("logisticsCarrier", "".into()),
            ("logisticsStatus", 0_i64.into()),
            ("modifiedCOGSDate", self.costed.clone().into()),
        ]
    }

    fn line(&self, place: i64, line: &Line, goods: &[Good]) -> Record {
        let good = line.good.and_then(|place| goods.get(place));
        let parent = line
            .parent
            .and_then(|parent| i64::try_from(parent).ok())
            .map_or(0, |parent| self.first_line + parent);
        let mut record = Record::new(vec![
            ("id", (self.first_line + place).into()),
            ("createdDate", self.created.clone().into()),
            ("transactionId", self.id.into()),
            ("parentId", parent.into()),
            ("productId", good.map_or(0, |good| good.product).into()),
            ("productOptionId", good.map_or(0, |good| good.option).into()),
            ("integrationRef", "".into()),
            ("sort", (place + 1).into()),
            ("code", good.map_or(String::new(), |good| good.code.clone()).into()),
            ("name", good.map_or(line.text, |good| good.name).into()),
            ("option1", good.map_or("", |good| good.option1).into()),
            ("option2", "".into()),
            ("option3", "".into()),
            ("qty", line.qty.into()),
            ("styleCode", good.map_or("", |good| good.style).into()),
            ("barcode", good.map_or(String::new(), goods::barcode).into()),
            ("sizeCodes", Json::Null),
            ("lineComments", "".into()),
        ]);
        record.extend(match self.kind {
            PaperKind::Sale => sale_line(line, good),
            PaperKind::Purchase => vec![
                ("unitPrice", line.price.into()),
                ("discount", line.discount.into()),
                ("qtyShipped", line.moved.into()),
                ("holdingQty", Decimal::ZERO.into()),
                ("accountCode", line.account.into()),
            ],
            PaperKind::Credit => vec![
                ("unitCost", line.cost.into()),
                ("unitPrice", line.price.into()),
                ("discount", line.discount.into()),
                ("qtyShipped", line.moved.into()),
                ("accountCode", line.account.into()),
            ],
        });
        record
    }
}

fn sale_line(line: &Line, good: Option<&Good>) -> Vec<(&'static str, Json)> {
    let control = if good.is_some_and(|good| !good.kit) { "FIFO" } else { "Undefined" };
    vec![
        ("unitCost", line.cost.into()),
        ("unitPrice", line.price.into()),
        ("uomPrice", line.price.into()),
        ("discount", line.discount.into()),
        ("uomQtyOrdered", line.qty.into()),
        ("uomQtyShipped", line.moved.into()),
        ("uomSize", Decimal::ONE.into()),
        ("qtyShipped", line.moved.into()),
        ("holdingQty", Decimal::ZERO.into()),
        ("accountCode", line.account.into()),
        ("stockControl", control.into()),
        ("stockMovements", Json::List(Vec::new())),
        ("sizes", Json::List(if line.sized { sizes(line, good) } else { Vec::new() })),
    ]
}

/// The quantity of a sized line, by size: all but one of the first size (`cin7-api.md` 4).
fn sizes(line: &Line, good: Option<&Good>) -> Vec<Json> {
    let Some(good) = good else { return Vec::new() };
    let small = line.qty - Decimal::ONE;
    good.sizes
        .iter()
        .zip([small, Decimal::ONE])
        .map(|(size, qty)| {
            Record::new(vec![
                ("name", (*size).into()),
                ("code", format!("{}-{size}", good.code).into()),
                ("barcode", "".into()),
                ("qty", qty.into()),
            ])
            .into()
        })
        .collect()
}
