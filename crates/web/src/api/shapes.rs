//! The shapes of what the API answers, by name.
//!
//! A type is `text`, `day`, `instant`, `id`, `int`, `bool`, `money`, `any`, a name of this list, `[T]` for a list and `{T}` for
//! an object of such values by name; a `?` behind a type says that it may be null, a `~` before a field's name that it may be
//! missing. The tests hold every answer against its shape, so that the list cannot drift from the views.

use serde_json::{Map, Value, json};

use super::operation::Shape;
use super::types::schema;

/// Every named shape.
pub(crate) const SHAPES: &[(&str, &str)] = &[
    (
        "ListedAccount",
        "account:text name:text? city:text? country:text? collector:text? segment:text? risk_class:text? \
        last_contact:day? states:[text] currencies:[ListedFigures]",
    ),
    (
        "ListedFigures",
        "currency:text balance:money past_due:money oldest_days_past_due:int? unapplied:money \
        disputed:money promised:money",
    ),
    ("Account", "account:text name:text? on:day collector:text? currencies:[AccountFigures]"),
    (
        "AccountFigures",
        "currency:text balance:money past_due:money collectible:money disputed:money promised:money \
        unapplied:money aging:[Bucket] items:[Item] assessment:Assessment next_action:NextAction",
    ),
    ("Bucket", "bucket:text amount:money"),
    (
        "Item",
        "item:id line:int document:text kind:text po_number:text? date:day due:day? days_past_due:int \
        amount:money open:money disputed:money promised:money collectible:money",
    ),
    ("Assessment", "oldest_days_past_due:int? seriousness:Seriousness flags:[Flag] trend:Trend promises:[Promise]"),
    ("Seriousness", "word:text points:int because:[text]"),
    ("Flag", "flag:text because:text cites:[Cite]"),
    ("Trend", "word:text because:text last_3:Window last_6:Window last_12:Window before:Window"),
    (
        "Window",
        "months:int lines:int late_lines:int average_days_late_tenths:int? late_share_permille:int? \
        longest_days_late:int",
    ),
    ("Promise", "entry:id amount:money promised_for:day last_day:day state:any paid:money outstanding:money"),
    ("Cite", "journal:text entry:id document:text amount:money"),
    ("NextAction", "action:text step:text? rule:text reasons:[text]"),
    (
        "Contact",
        "contact:id name:text? role:text? mail:text? phone:text? time_zone:text? language:text? \
        channel:text? do_not_contact:bool version:text local_time:text?",
    ),
    (
        "TimelineEntry",
        "entry:id day:day recorded_at:instant actor:text of:text kind:text words:text text:text? \
        pinned:bool links:[Link]",
    ),
    ("Link", "kind:text id:text"),
    (
        "Decision",
        "account:text on:day currency:text recorded:bool decision:text step:text? rule:text policy:text \
        reasons:[text] cites:[Cite] not_chosen:[NotChosen] others:[Decision]",
    ),
    ("NotChosen", "rule:text because:text"),
    (
        "Statement",
        "statement:text account:text on:day currency:text lines:int balance:money past_due:money \
        disputed:money unapplied:money pay_now:money",
    ),
    (
        "Hit",
        "kind:text account:text name:text? item:id? document:text? po_number:text? amount:money? \
        open:money? day:day? matched:text",
    ),
    (
        "WorklistTask",
        "rank:int collector:text? within_capacity:bool account:text name:text? currency:text \
        to_collect:money past_due:money oldest_days_past_due:int aging:[Bucket] task:id? kind:text \
        reason:text next_action:text points:[Points] total_points:int",
    ),
    ("Points", "rule:text points:int because:text"),
    ("BookTask", "task:id kind:text next_action:text"),
    (
        "Task",
        "task:id account:text? name:text? kind:text key:text currency:text? step:id? opened_on:day \
        snoozed_until:day? collector:text?",
    ),
    ("Notice", NOTICE),
    ("NoticeShown", NOTICE_SHOWN),
    (
        "Approval",
        "request:id account:text? name:text? subject:text step:id? amount:money? maker:text role:text \
        requested_on:day state:text decided_on:day? decided_by:text? beside:money? good_through:day expired:bool cannot:text?",
    ),
    ("Import", "import:id kind:text source:text file:text sha256:text started_at:instant day:day undone_by:id?"),
    ("Policy", "policy:id name:text text:text activated_on:day"),
    (
        "Aging",
        "on:day known_at:instant? by:text date_basis:text currencies:[AgingFigures] \
        accounts:[AgingGroup] collectors:[AgingGroup] units:[AgingGroup]",
    ),
    (
        "AgingFigures",
        "currency:text buckets:[AgingBucket] unapplied:money unidentified:money disputed:money \
        balance:money ~control_balance:money ~erp:ErpControl",
    ),
    ("AgingBucket", "bucket:text amount:money items:int"),
    ("AgingGroup", "~account:text? ~collector:text? ~unit:text? ~name:text? currencies:[AgingFigures]"),
    ("ErpControl", "control_total:money difference:money source:text"),
    (
        "JournalEntry",
        "entry:id journal:text kind:text account:text? subject:text? amount:money? day:day actor:text \
        command:text recorded_at:instant seal:int? changes:[Change] detail:any",
    ),
    ("Change", "field:text before:any after:any"),
    ("User", "name:text role:text let_in_by:text? let_in_at:instant?"),
    ("Team", "on:day week_from:day members:[Member]"),
    (
        "Member",
        "collector:text? accounts:int tasks:int capacity:int? beyond:int to_collect:[money] done_today:int \
        done_this_week:int",
    ),
    ("HandedOver", "to:text? accounts:[AccountHanded] tasks:[TaskHanded] unchanged:int"),
    ("AccountHanded", "account:text from:text?"),
    ("TaskHanded", "task:id account:text from:text?"),
    ("Taken", "account:text taken_by:text? taken_at:instant? state:taken|taken_by_another|free"),
    ("SavedView", "place:worklist|accounts name:text query:text"),
    ("ViewState", "place:worklist|accounts name:text state:text"),
    ("Figures", "on:day collector:text? currencies:[FiguresOfCurrency] done:int left:int"),
    (
        "FiguresOfCurrency",
        "currency:text to_collect:money past_due:money balance:money promised:money disputed:money \
        committed_today:money",
    ),
    (
        "ImportReport",
        "import:id? read:int accepted:int duplicate:int changed:int rejected:int totals:[ImportTotal] \
        rejects:[Reject] files:[ImportFile]",
    ),
    ("ImportTotal", "currency:text amount:text"),
    ("Reject", "file:text line:int column:text value:text code:text message:text"),
    ("ImportFile", "file:text problems:[FileProblem]"),
    ("FileProblem", "code:text line:int message:text"),
    (
        "RunReport",
        "on:day days:[day] accounts:int past_due_accounts:int decisions:DecisionCounts notices:int \
        tasks:int approvals:int withdrawn:int",
    ),
];

/// Shapes of what was recorded.
pub(crate) const RECORDED: &[(&str, &str)] = &[
    ("DecisionCounts", "take:{int} propose:{int} wait:{int}"),
    ("Logged", "entry:id account:text kind:text contact:bool on:day"),
    ("PromiseTaken", "promise:id account:text amount:money by:day items:[text]"),
    ("DisputeOpened", "dispute:id account:text document:text amount:money? reason:text"),
    ("HoldPlaced", "hold:id account:text kind:text since:day until:day?"),
    ("ContactKept", "account:text state:text"),
    ("TaskState", "task:id state:text"),
    ("Answered", "id:id account:text subject:text state:text by:text on:day"),
    ("Applied", "entries:[id] credit:text item:text amount:money on:day"),
    (
        "Refund",
        "refund:id account:text name:text? credit:text amount:money kind:pain.001|nacha payee:text? payee_account_ends:text? \
        end_to_end_id:text state:text covered:bool asked_on:day maker:text request:id decided_on:day? decided_by:text? \
        file:id? pays_on:day? ended_on:day?",
    ),
    (
        "RefundFile",
        "file:id kind:pain.001|nacha message_id:text pays_on:day written_on:day payments:int sums:[money] sha256:text \
        kept:bool",
    ),
    ("RefundFileText", "file:id text:text"),
    ("RefundsPaid", "files:[RefundFile] left_out:[RefundLeftOut]"),
    ("RefundLeftOut", "refund:id account:text amount:money code:text"),
    (
        "WriteOff",
        "write_off:id account:text name:text? document:text amount:money recovered:money stands:money reason:text \
        tax_relief:bool maker:text made_on:day request:id? taken_back_on:day?",
    ),
    ("WrittenOff", "account:text document:text amount:money write_off:id? request:id? asked_because:text?"),
    ("SmallItem", "account:text document:text amount:money"),
    (
        "SmallReport",
        "items:[SmallItem] accounts:int total:money asked_because:text? limit:money? beside:money version:text batch:id? \
        request:id?",
    ),
    (
        "SmallBatch",
        "batch:id items:int accounts:int total:money standing:int stands:money below:money older_than_days:int \
        maker:text made_on:day request:id? signed_by:text?",
    ),
    ("SmallTakenBack", "batch:id items:int taken_back:[money]"),
    ("TakenBack", "write_off:id document:text taken_back:money stands:money applied:[id]"),
    ("CreditMoved", "credit:text from:text to:text amount:money item:id"),
    ("UserKept", "name:text role:text"),
    ("Unapplied", "entry:id reverses:id"),
    ("Reversed", "reverses:id entries:[id]"),
    ("ImportUndone", "import:id reversed:int on:day stays:[ReceiptStays]"),
    ("ReceiptStays", "receipt:id document:text amount:money import:id"),
    ("DisputeState", "dispute:id state:closed|already_closed"),
    ("HoldState", "hold:id state:released|already_released"),
    ("NoticesHeld", "notices:[NoticeState] changed:int"),
    ("Attachments", "account:text attachments:[Attachment] links:PaperLinks"),
    (
        "Attachment",
        "attachment:id document:text kind:invoice|pod|other file_name:text? media_type:text size:int sha256:text \
        added_on:day erased:bool",
    ),
    ("PaperLinks", "invoice_url:text? pod_url:text?"),
    ("PaysFrom", "transfer:TransferFrom? ach:AchFrom?"),
    ("TransferFrom", "name:text iban:text bic:text?"),
    ("AchFrom", "name:text routing:text number:text company_id:text bank_name:text"),
    ("PaperKept", "account:text document:text attachment:id state:attached|unchanged"),
    ("PaperState", "account:text attachment:id state:removed|already_removed"),
    (
        "FileTaken",
        "file:text state:attached|unchanged|not_named|no_document|several|refused account:text? document:text? \
        message:text",
    ),
    (
        "Settings",
        "name:text currency:text time_zone:text calendar:text weekend:[text] holidays:[day] buckets:[int] \
        mode:rehearsal|live sender:any papers:PaperLinks pays_from:PaysFrom version:text",
    ),
    ("NoticeState", "notice:id state:held|released|unchanged"),
    ("PinState", "account:text entry:id state:pinned|already_pinned|unpinned|not_pinned"),
    (
        "Paying",
        "account:text on:day terms:text? contract_days:int? currencies:[PayingCurrency] promises:PromiseCount \
        parent:Relative? children:[Relative] more_children:bool",
    ),
    (
        "PayingCurrency",
        "currency:text average_days_late_tenths:int? real_days_tenths:int? last_payment:[any]? trend:Trend \
        months:[MonthPoint]",
    ),
    ("MonthPoint", "month:text lines:int amount:money late_lines:int days_late_tenths:int? longest_days_late:int"),
    ("PromiseCount", "made:int kept:int broken:int open:int"),
    ("Relative", "account:text name:text? balances:[RelativeBalance]"),
    ("RelativeBalance", "balance:money past_due:money"),
    ("Erased", "account:text erased:int"),
    ("AgingReport", AGING_REPORT),
    ("BankStatementRead", "on:day state:recorded|already_recorded"),
    ("AssignReport", "assigned:[Assigned] unassigned:[text] load:[Load]"),
    ("Assigned", "account:text from:text? to:text? because:text"),
    ("Load", "collector:text accounts:int"),
    ("LateCharges", "account:text on:day rule:text citation:text charges:[LateCharge] requests:[id]"),
    (
        "LateCharge",
        "item:id line:int document:text due:day interest:money fixed_sum:money? proposed_before:money \
        to_propose:money segments:[ChargeSegment]",
    ),
    ("ChargeSegment", "from:day to:day days:int principal:money rate_bp:int interest:money source:text?"),
    ("MonthPack", "month:text on:day metrics:[any] aging:Aging"),
    ("PolicyChecked", "policy:text version:id changes:[PolicyChange]"),
    ("PolicyChange", "key:text from:any to:any"),
    ("PolicySimulated", "on:day changed:[ChangedDecision]"),
    ("ChangedDecision", "account:text currency:text now:text then:text"),
    ("PolicyDraft", "draft:id name:text text:text drafted_by:text drafted_on:day state:text decided_by:text?"),
    ("PolicyDrafted", "draft:id state:text"),
    ("DraftState", "draft:id state:text"),
    (
        "Status",
        "version:text schema_version:int database:text book:text mode:text policy:text last_run_day:day? \
        last_run_complete:bool? last_import:LastImport? last_bank_statement:day? data_as_of:day? seal:SealTail \
        pending_approvals:int",
    ),
    ("LastImport", "import:id kind:text day:day recorded_at:instant"),
    ("SealTail", "seal:int? sealed_at:instant? unsealed_batches:int"),
    ("Receipt", RECEIPT),
    ("ReceiptShown", RECEIPT_SHOWN),
    ("PayerMarks", "account:text marks:[PayerMark]"),
    ("PayerMark", "mark:id kind:text value:text? learned_on:day learned_by:text forgotten_on:day? forgotten_by:text?"),
    ("PossiblePayer", "account:text name:text? evidence:[text] proposals:[Proposal]"),
    (
        "Proposal",
        "proposal:text rule:text confidence:int lines:[ProposedLine] on_account:money short:money asked:[text]",
    ),
    ("ProposedLine", "document:text line:int open:money pays:money from_credit:text? short:[any]?"),
    ("AskedFigures", "paid_before:[PaidDocument] overpaid:Overpaid? does_not_foot:AdviceSum? unknown_reference:[text]"),
    ("PaidDocument", "document:text amount:money closed_on:day paid_by:[PaidBy]"),
    ("PaidBy", "receipt:id? document:text kind:text on:day amount:money"),
    ("Overpaid", "documents:[text] open:money over:money"),
    ("AdviceSum", "stated:money came_in:money difference:money"),
    ("AppliedLine", "item:id document:text line:int amount:money"),
    ("Matched", "by:text by_hand:bool on:day recorded_at:instant"),
    ("ShortLine", "item:id line:int account:text document:text pays:money missing:money disputed:money"),
    ("ShortStands", "document:text missing:money reason:text?"),
    (
        "OpenLine",
        "item:id line:int account:text document:text po_number:text? due:day open:money disputed:money \
        discount_until:day? discount:money?",
    ),
    ("LinePaid", "item:id line:count ~amount:amount? ~held_back:text?"),
    (
        "ReceiptStands",
        "receipt:id account:text? applied:money unapplied:money exchanged:Exchanged? learned:[text] \
        reopened:[AppliedLine] short:[ShortStands]",
    ),
    ("ReceiptSetAside", "receipt:id amount:money reason:text"),
    (
        "SetAside",
        "receipt:id document:text amount:money value_on:day reason:text because:text? set_aside_on:day by:text item:id",
    ),
    ("Rate", "from:text to:text rate:text day:day source:text"),
    ("Exchanged", "gives:money gets:money difference:money rate:Rate"),
    ("Exchange", "gives:money gets:money difference:money rate:Rate on:day pays:[AppliedLine]"),
    (
        "ExchangeProposal",
        "proposal:text rule:text confidence:int lines:[ProposedLine] gives:money gets:money difference:money rate:Rate",
    ),
    (
        "CashFigures",
        "asked:int asked_amount:[money] asked_since:day? questions:[QuestionCount] unidentified:[money] \
        unapplied:[UnappliedSum] bank_file:FileNamed?",
    ),
    ("QuestionCount", "question:text receipts:int amount:[money]"),
    ("UnappliedSum", "amount:money accounts:int"),
    ("FileNamed", "import:id file:text day:day"),
    (
        "Remittance",
        "advice:id amount:money reference:text paid_on:day? day:day file:text? import:id? receipt:id? dismissed_on:day? words:any",
    ),
    (
        "RemittanceReport",
        "files:[RemittanceFile] advices:int joined:int waiting:int applied:int applied_amount:[money] exceptions:int",
    ),
    (
        "RemittanceFile",
        "file:text import:id? format:text sha256:text advices:int lines:int amounts:[money] duplicate_advices:int \
        rejected:[FileProblem] warnings:[FileProblem] problems:[FileProblem]",
    ),
    ("Return", RETURN),
    (
        "ReturnShown",
        "return:id document:text amount:money booked_on:day value_on:day bank_account:text code:text undone:text \
        reason:text meaning:text receipt:id? part:bool account:text? words:any asked:[text] asked_on:day? likely:[Receipt]",
    ),
    (
        "RefundPayment",
        "refund_payment:id refund:id account:text refund_amount:money amount:money booked_on:day bank_account:text \
        question:text asked_on:day?",
    ),
    (
        "UnfootedStatement",
        "bank_statement:id bank_account:text statement:text from:day to:day opening:money closing:money moved:money \
        unlisted:money difference:money asked_on:day?",
    ),
    (
        "BankFile",
        "bank_file:id import:id? file:text sha256:text day:day recorded_at:instant by:text state:text read_again_by:id? \
        detail:any outcome:any undone:bool",
    ),
    (
        "BankReport",
        "files:[BankFileReport] receipts:int applied:int on_account:int exceptions:int returns:int taken_back:int statements_asked:int \
        refunds_confirmed:int refunds_returned:int refunds_asked:int received:[money] applied_amount:[money] by_rule:[AppliedByRule] asked:[AskedOften]",
    ),
    ("AppliedByRule", "rule:text name:text receipts:int applied:[money]"),
    ("AskedOften", "question:text receipts:int"),
    (
        "BankFileReport",
        "file:text bank_file:id? import:id? format:text? version:text sha256:text statements:int accounts:[AccountTold] entries:int payments:int \
        credits:[money] debits:[money] receipts:int duplicate_entries:int control_totals_ok:bool \
        control_totals:[TotalTold] codes:[CodeTold] warnings:[FileProblem] problems:[FileProblem] outcome:FileOutcome?",
    ),
    ("AccountTold", "account:text from:day? to:day?"),
    (
        "FileOutcome",
        "receipts:int exceptions:int returns:int taken_back:int told_before:int said_more:int refunds_confirmed:int \
        refunds_returned:int refunds_asked:int statements_asked:int",
    ),
    ("TotalTold", "name:text of:text line:int stated:text counted:text foots:bool binding:bool"),
    ("CodeTold", "code:text count:int"),
    ("ToldElsewhere", "receipt:id receipts:int import:id? file:text? bank_account:text booked_on:day code:text"),
    ("Problem", "type:text title:text status:int code:text detail:text details:any"),
];

const RECEIPT: &str = "receipt:id document:text amount:money unapplied:money booked_on:day value_on:day code:text \
        account:text? name:text? words:any remittance:any asked:[text] asked_on:day? set_aside:text? item:id";
const RETURN: &str = "return:id document:text amount:money booked_on:day value_on:day bank_account:text code:text \
        undone:text reason:text meaning:text receipt:id? account:text? words:any asked:[text] asked_on:day?";
const RECEIPT_SHOWN: &str = "receipt:id document:text amount:money unapplied:money booked_on:day value_on:day code:text \
        account:text? name:text? words:any remittance:any asked:[text] asked_on:day? set_aside:text? item:id figures:AskedFigures payers:[PossiblePayer] \
        applied:[AppliedLine] matched:Matched? short:[ShortLine] exchanges:[Exchange] because:any looked_at:text? exchange_proposals:[ExchangeProposal] \
        open_in:[text] lines_in:text rate:Rate? left_there:money? lines:[OpenLine] refund:Refund? \
        told_elsewhere:[ToldElsewhere] returned_by:Return? version:text";
const AGING_REPORT: &str = "import:id? read:int accepted:int duplicate:int changed:int rejected:int totals:[ImportTotal] \
        rejects:[Reject] files:[ImportFile] as_of:day file_total:ImportTotal? difference:ImportTotal? missing:int \
        notes:[FileProblem]";
const NOTICE: &str = "notice:id account:text name:text? day:day step:text cycle:int level:int channels:[text] \
        amount:money missing:[text] state:text state_day:day held_because:text? standing:text \
        can_hold:bool can_release:bool";
const NOTICE_SHOWN: &str = "notice:id account:text name:text? day:day step:text cycle:int level:int channels:[text] \
        amount:money missing:[text] state:text state_day:day held_because:text? standing:text \
        can_hold:bool can_release:bool content:any";

/// The named schemas of the document.
pub(crate) fn schemas() -> Value {
    let all = SHAPES.iter().chain(RECORDED);
    Value::Object(all.map(|(name, fields)| ((*name).to_owned(), object(&fields_of(fields)))).collect())
}

/// The schema of an answer.
pub(crate) fn answer(shape: Shape) -> Value {
    match shape {
        Shape::One(of) => schema(of),
        Shape::List(of, beside) => {
            let mut page = object(&[("has_more", "bool"), ("next_cursor", "text?")]);
            let beside = object(beside);
            merge(&mut page, &beside);
            merge(
                &mut page,
                &json!({ "properties": { "data": { "type": "array", "items": schema(of) } }, "required": ["data"] }),
            );
            page
        }
    }
}

fn merge(page: &mut Value, more: &Value) {
    if let (Some(fields), Some(new)) = (page["properties"].as_object_mut(), more["properties"].as_object()) {
        fields.extend(new.clone());
    }
    if let (Some(needed), Some(new)) = (page["required"].as_array_mut(), more["required"].as_array()) {
        needed.extend(new.iter().cloned());
    }
}

/// The fields of a shape: each its name and type.
fn fields_of(shape: &'static str) -> Vec<(&'static str, &'static str)> {
    shape.split_whitespace().filter_map(|field| field.split_once(':')).collect()
}

/// An object of these fields and no others.
fn object(fields: &[(&str, &str)]) -> Value {
    let name = |field: &str| field.trim_start_matches('~').to_owned();
    let properties: Map<String, Value> = fields.iter().map(|(field, of)| (name(field), schema(of))).collect();
    let needed: Vec<String> =
        fields.iter().filter(|(field, _)| !field.starts_with('~')).map(|(field, _)| name(field)).collect();
    json!({ "type": "object", "properties": properties, "required": needed, "additionalProperties": false })
}
