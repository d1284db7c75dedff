//! Rights: which role may do what. One table decides for the command line, the screens, the API and jobs; what it does not
//! allow is refused. How much a role may sign is the approval policy's part (`approval`), and comes on top.

use crate::approval::Role;

/// Everything that can be done in a book, one entry for each act that a person, the house or a program asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// See ranked tasks and saved views, one's own and others'.
    ReadWorklist,
    /// See accounts with their items, contacts, history and decisions.
    ReadAccounts,
    /// See aged receivables, control totals and metrics.
    ReadAging,
    /// See the journals, runs and imports.
    ReadJournal,
    /// See statements, notices, invoice copies and proofs of delivery.
    ReadDocuments,
    /// See what waits for a signature and what was answered.
    ReadApprovals,
    /// See, check and simulate policies.
    ReadPolicy,
    /// See the book's settings and health.
    ReadSettings,
    /// See people with their roles, and API keys without their secrets.
    ReadUsers,
    /// Take a list out of the book as a file.
    Export,
    /// Keep a view of one's own of the worklist or the accounts.
    SaveView,
    /// Log a contact with a customer.
    Log,
    /// Write, pin or unpin a note.
    Note,
    /// Record a promise to pay.
    Promise,
    /// Open or close a dispute.
    Dispute,
    /// Stop contact with a customer, or release the stop.
    Hold,
    /// Close a task.
    CloseTask,
    /// Put a task off to a later day.
    Snooze,
    /// Change people, addresses and channels of a customer.
    EditContact,
    /// Attach an invoice copy or a proof of delivery.
    AttachDocument,
    /// Hold a notice back before it leaves.
    HoldBackNotice,
    /// Let a notice go that was held back or waits to be looked at.
    ReleaseNotice,
    /// Apply a credit to an item.
    Apply,
    /// Take an application back.
    Unapply,
    /// Reverse an item or an application by an opposite entry.
    Reverse,
    /// Put late interest before a second person.
    ProposeInterest,
    /// Ask for a customer's credit to be paid back.
    RequestRefund,
    /// Write the payment file of signed refunds, and call back what is in one.
    PayRefunds,
    /// Say that a refund was paid, came back, or is called off.
    EndRefund,
    /// Write off what a customer owes, alone or with a second person, and take that back.
    WriteOff,
    /// Set a receipt aside that no customer paid.
    SetAside,
    /// Read files in: customers, items, payments, agings, bank days, rates, control totals.
    Import,
    /// Reverse all that an import brought.
    UndoImport,
    /// Run the day: decide for every account.
    Run,
    /// Assign every account by the policy's criteria.
    Assign,
    /// Give one account or task to another person.
    Reassign,
    /// Close a month.
    CloseMonth,
    /// Write a policy that is not in force.
    DraftPolicy,
    /// Put a policy in force.
    ActivatePolicy,
    /// Sign what waits for a second person.
    Approve,
    /// Refuse to sign it.
    Decline,
    /// Change calendar, time zone, buckets, mode or sender.
    ChangeSettings,
    /// Add people and change their roles.
    ManageUsers,
    /// Make a one-time link by which a person signs in.
    InviteUser,
    /// Take away or replace another person's password or second factor.
    ResetSecrets,
    /// Set one's own password and second factor.
    ChangeOwnSecrets,
    /// Make and revoke API keys of one's own.
    ManageKeys,
    /// Erase names, addresses, words and letters of an account.
    ErasePeople,
}

/// What an API key is good for. It never widens what its owner's role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Look and export.
    Read,
    /// Record what people record, and run the day.
    Work,
    /// Read files in.
    Import,
    /// Settings, people, erasing.
    Admin,
}

impl Scope {
    /// Every scope, in documented order.
    pub const ALL: [Self; 4] = [Self::Read, Self::Work, Self::Import, Self::Admin];

    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Work => "work",
            Self::Import => "import",
            Self::Admin => "admin",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// One row of the table: who may. The house first, then the roles in the order of [`Role::ALL`].
type Row = [bool; 8];

const Y: bool = true;
const N: bool = false;
const EVERYBODY: Row = [Y; 8];

impl Action {
    /// Every action, in documented order.
    pub const ALL: [Self; 48] = [
        Self::ReadWorklist,
        Self::ReadAccounts,
        Self::ReadAging,
        Self::ReadJournal,
        Self::ReadDocuments,
        Self::ReadApprovals,
        Self::ReadPolicy,
        Self::ReadSettings,
        Self::ReadUsers,
        Self::Export,
        Self::SaveView,
        Self::Log,
        Self::Note,
        Self::Promise,
        Self::Dispute,
        Self::Hold,
        Self::CloseTask,
        Self::Snooze,
        Self::EditContact,
        Self::AttachDocument,
        Self::HoldBackNotice,
        Self::ReleaseNotice,
        Self::Apply,
        Self::Unapply,
        Self::Reverse,
        Self::ProposeInterest,
        Self::RequestRefund,
        Self::PayRefunds,
        Self::EndRefund,
        Self::WriteOff,
        Self::SetAside,
        Self::Import,
        Self::UndoImport,
        Self::Run,
        Self::Assign,
        Self::Reassign,
        Self::CloseMonth,
        Self::DraftPolicy,
        Self::ActivatePolicy,
        Self::Approve,
        Self::Decline,
        Self::ChangeSettings,
        Self::ManageUsers,
        Self::InviteUser,
        Self::ResetSecrets,
        Self::ChangeOwnSecrets,
        Self::ManageKeys,
        Self::ErasePeople,
    ];

    /// The whole table, one line an action: its word, who may, and the scope an API key needs for it. An action without a
    /// scope takes a person: no key does it.
    const fn entry(self) -> (&'static str, Row, Option<Scope>) {
        use Scope::{Admin, Import, Read, Work};
        match self {
            Self::ReadWorklist => ("read_worklist", EVERYBODY, Some(Read)),
            Self::ReadAccounts => ("read_accounts", EVERYBODY, Some(Read)),
            Self::ReadAging => ("read_aging", EVERYBODY, Some(Read)),
            Self::ReadJournal => ("read_journal", EVERYBODY, Some(Read)),
            Self::ReadDocuments => ("read_documents", EVERYBODY, Some(Read)),
            Self::ReadApprovals => ("read_approvals", EVERYBODY, Some(Read)),
            Self::ReadPolicy => ("read_policy", EVERYBODY, Some(Read)),
            Self::ReadSettings => ("read_settings", EVERYBODY, Some(Read)),
            //                     house, collector, credit analyst, manager, approver, auditor, integrator, admin
            Self::ReadUsers => ("read_users", [Y, N, N, Y, N, Y, N, Y], Some(Read)),
            Self::Export => ("export", EVERYBODY, Some(Read)),
            Self::SaveView => ("save_view", [N, Y, Y, Y, Y, N, N, Y], Some(Work)),
            Self::Log => ("log", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::Note => ("note", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::Promise => ("promise", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::Dispute => ("dispute", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::Hold => ("hold", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::CloseTask => ("close_task", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::Snooze => ("snooze", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::EditContact => ("edit_contact", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::AttachDocument => ("attach_document", [Y, Y, Y, Y, N, N, Y, N], Some(Work)),
            Self::HoldBackNotice => ("hold_back_notice", [Y, Y, Y, Y, N, N, N, N], Some(Work)),
            Self::ReleaseNotice => ("release_notice", [N, N, N, Y, N, N, N, N], None),
            Self::Apply => ("apply", [Y, Y, N, Y, N, N, N, N], Some(Work)),
            Self::Unapply => ("unapply", [Y, Y, N, Y, N, N, N, N], Some(Work)),
            Self::Reverse => ("reverse", [Y, Y, N, Y, N, N, N, N], Some(Work)),
            Self::ProposeInterest => ("propose_interest", [Y, Y, N, Y, N, N, N, N], Some(Work)),
            Self::RequestRefund => ("request_refund", [Y, Y, N, Y, N, N, N, N], Some(Work)),
            Self::PayRefunds => ("pay_refunds", [N, N, N, Y, Y, N, N, N], None),
            Self::EndRefund => ("end_refund", [Y, Y, N, Y, N, N, N, N], Some(Work)),
            Self::WriteOff => ("write_off", [Y, Y, N, Y, N, N, N, N], Some(Work)),
            Self::SetAside => ("set_aside", [N, Y, N, Y, N, N, N, N], Some(Work)),
            Self::Import => ("import", [Y, Y, Y, Y, N, N, Y, Y], Some(Import)),
            Self::UndoImport => ("undo_import", [Y, N, N, Y, N, N, Y, N], Some(Import)),
            Self::Run => ("run", [Y, N, N, Y, N, N, N, Y], Some(Work)),
            Self::Assign => ("assign", [Y, N, N, Y, N, N, N, N], Some(Work)),
            Self::Reassign => ("reassign", [Y, N, N, Y, N, N, N, N], Some(Work)),
            Self::CloseMonth => ("close_month", [Y, N, N, Y, N, N, N, N], Some(Work)),
            Self::DraftPolicy => ("draft_policy", [Y, N, Y, Y, N, N, N, N], Some(Work)),
            Self::ActivatePolicy => ("activate_policy", [Y, N, N, Y, N, N, N, N], None),
            Self::Approve => ("approve", [N, N, N, Y, Y, N, N, N], None),
            Self::Decline => ("decline", [N, N, N, Y, Y, N, N, N], None),
            Self::ChangeSettings => ("change_settings", [Y, N, N, Y, N, N, N, Y], Some(Admin)),
            Self::ManageUsers => ("manage_users", [Y, N, N, N, N, N, N, Y], Some(Admin)),
            Self::InviteUser => ("invite_user", [Y, N, N, N, N, N, N, Y], None),
            Self::ResetSecrets => ("reset_secrets", [N, N, N, N, N, N, N, Y], None),
            Self::ChangeOwnSecrets => ("change_own_secrets", [N, Y, Y, Y, Y, Y, Y, Y], None),
            Self::ManageKeys => ("manage_keys", [N, N, N, Y, N, N, Y, Y], None),
            Self::ErasePeople => ("erase_people", [Y, N, N, Y, N, N, N, Y], Some(Admin)),
        }
    }

    /// The word used in messages, JSON and documents.
    pub fn code(self) -> &'static str {
        self.entry().0
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// The scope that an API key needs for it, beside its owner's right; `None` where no key will do and a person must be
    /// signed in: signatures, secrets, keys, what comes into force.
    pub fn scope(self) -> Option<Scope> {
        self.entry().2
    }

    /// Whether it changes nothing that others see.
    pub fn is_reading(self) -> bool {
        self.scope() == Some(Scope::Read)
    }
}

/// Why an act is refused. The code is `role_cannot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} may not {}", .role.map_or("desk", Role::code), .action.code())]
pub struct RightRefusal {
    /// Who asked; `None` for the house.
    pub role: Option<Role>,
    /// What was asked.
    pub action: Action,
    /// The first role, in documented order, that may.
    pub needs: Role,
}

/// Whether the role may do it; `None` is the house (`desk`), which works and imports, and never signs nor knows a person's
/// secrets. How large an amount a role signs is decided by `approval::may_decide` (responsibilities; segregation of duties).
pub fn may(role: Option<Role>, action: Action) -> Result<(), RightRefusal> {
    let (_, row, _) = action.entry();
    let column = |role: Role| 1 + Role::ALL.iter().position(|known| *known == role).unwrap_or(usize::MAX - 1);
    let allows = |role: Option<Role>| row.get(role.map_or(0, column)).copied().unwrap_or(false);
    if allows(role) {
        return Ok(());
    }
    let needs = Role::ALL.into_iter().find(|role| allows(Some(*role))).unwrap_or(Role::Admin);
    Err(RightRefusal { role, action, needs })
}

/// Duties that one person must not hold together, each with the reason (segregation of duties; COSO, SOX 404).
pub const SEPARATE_DUTIES: [(Action, Action, &str); 3] = [
    (Action::ManageUsers, Action::Approve, "whoever makes people could make the second person"),
    (Action::InviteUser, Action::Approve, "whoever signs others in could sign for them"),
    (Action::ResetSecrets, Action::Approve, "whoever replaces secrets could sign for others"),
];

/// Two duties that a role unites though they are separate, for the code `duties_not_separate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} may {} and {}: {why}", crate::article::with_article(.role.code()), .first.code(), .second.code())]
pub struct DutiesUnited {
    /// The role.
    pub role: Role,
    /// The one duty.
    pub first: Action,
    /// The other.
    pub second: Action,
    /// Why they must be apart.
    pub why: &'static str,
}

/// Whether a role may be given to a person: refused when it unites two of [`SEPARATE_DUTIES`].
pub fn may_be_given(role: Role) -> Result<(), DutiesUnited> {
    let united = SEPARATE_DUTIES
        .into_iter()
        .find(|(first, second, _)| may(Some(role), *first).is_ok() && may(Some(role), *second).is_ok());
    match united {
        Some((first, second, why)) => Err(DutiesUnited { role, first, second, why }),
        None => Ok(()),
    }
}
