//! Every address of the workbench, with the act it takes. An address cannot be added without saying what it takes.

use axum::handler::Handler;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
};
use dunwell_desk::attach_document::MOST_BYTES;
use dunwell_desk::rules::rights::Action;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::gate::{Access, Door, gate, guarded, told};
use crate::house::House;
use crate::screens::provider;
use crate::screens::{
    account, accounts, advice_in, aging, agree, approvals, attachments, bank_files, call, cash, cash_lists, contacts,
    credit, documents, hand_over, import, import_columns, import_report, journal, letters_of_run, me, papers, payers,
    policy, policy_form, receipt, refund_sheets, refunds, remittances, returns, search, set_aside, settings, setup,
    sign_in, small_balances, status, tasks, team, views, worklist, worklist_file,
};
use crate::shown_again::{shown_again, upload_shown_again};
use crate::{api, assets};

/// Where the sign-in provider sends a browser back to.
pub const CALLBACK: &str = "/sign-in/provider/back";
/// The most bytes of a form.
pub(crate) const FORM_BYTES: usize = 256 * 1024;

/// An address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The method of HTTP.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// What it takes.
    pub access: Access,
}

/// Addresses as they are gathered: the table, and the router that serves it.
struct Routes {
    house: House,
    table: Vec<Route>,
    router: Router<House>,
}

impl Routes {
    fn look<T: 'static>(self, path: &'static str, action: Action, handler: impl Handler<T, House>) -> Self {
        self.on("GET", path, Access::Act(action), get(handler))
    }

    /// A page that is kept until the book changes: what it shows depends on the address, on who asks and on the book alone.
    fn look_kept<T: 'static>(self, path: &'static str, action: Action, handler: impl Handler<T, House>) -> Self {
        self.behind("GET", path, Access::Act(action), true, get(handler))
    }

    fn act<T: 'static>(self, path: &'static str, action: Action, handler: impl Handler<T, House>) -> Self {
        self.on("POST", path, Access::Act(action), post(handler))
    }

    /// A form that is shown again on `page` when it is refused, with all that was typed.
    fn form<T: 'static, U: 'static>(
        self,
        path: &'static str,
        action: Action,
        page: impl Handler<U, House>,
        handler: impl Handler<T, House>,
    ) -> Self {
        let house = self.house.clone();
        let again = from_fn(move |request: Request, next: Next| {
            let (page, house) = (page.clone(), house.clone());
            shown_again(request, next, |request| page.call(request, house))
        });
        self.on("POST", path, Access::Act(action), post(handler).layer(again))
    }

    /// A form with files of so many bytes at most, which is shown again on `page` when it is refused: all but the files.
    fn upload<T: 'static, U: 'static>(
        self,
        path: &'static str,
        action: Action,
        most: DefaultBodyLimit,
        page: impl Handler<U, House>,
        handler: impl Handler<T, House>,
    ) -> Self {
        let house = self.house.clone();
        let again = from_fn(move |request: Request, next: Next| {
            let (page, house) = (page.clone(), house.clone());
            upload_shown_again(request, next, |request| page.call(request, house))
        });
        let handler: MethodRouter<House> = post(handler).layer(again);
        self.on("POST", path, Access::Act(action), handler.layer(most))
    }

    fn on(self, method: &'static str, path: &'static str, access: Access, handler: MethodRouter<House>) -> Self {
        self.behind(method, path, access, false, handler)
    }

    fn behind(
        mut self,
        method: &'static str,
        path: &'static str,
        access: Access,
        keeps: bool,
        handler: MethodRouter<House>,
    ) -> Self {
        self.table.push(Route { method, path, access });
        let door = Door { house: self.house.clone(), access, keeps };
        let guarded = handler.layer(from_fn_with_state(door, gate));
        self.router = self.router.route(path, guarded);
        self
    }
}

impl Routes {
    /// The operations of the API. They have a gate of their own, for keys beside sessions and problems instead of pages.
    fn api(mut self) -> Self {
        for operation in api::operations() {
            let access = Access::Act(operation.action);
            self.table.push(Route { method: operation.method, path: operation.path, access });
            let handler = move |State(house): State<House>, request: Request| api::answer(house, operation, request);
            let handler = if operation.method == "POST" { post(handler) } else { get(handler) };
            self.router = self.router.route(operation.path, handler);
        }
        self
    }
}

fn routes(house: House) -> Routes {
    use Access::Open;
    let large = DefaultBodyLimit::max(import::FORM_BYTES);
    let paper = DefaultBodyLimit::max(MOST_BYTES + FORM_BYTES);
    // On loopback whoever watches the machine may read the figures; beyond it they take a session.
    let within = house.listening.address.ip().is_loopback() && !house.listening.behind_proxy;
    let metrics = if within { Open } else { Access::Act(Action::ReadSettings) };
    let routes = Routes { house, table: Vec::new(), router: Router::new() };
    routes
        .on("GET", "/assets/{hash}/{name}", Open, get(assets::asset))
        .on("GET", "/favicon.ico", Open, get(assets::no_icon))
        .on("GET", "/sign-in", Open, get(sign_in::page))
        .on("POST", "/sign-in", Open, post(sign_in::sign_in))
        .on("GET", "/sign-in/link/{token}", Open, get(sign_in::link_page))
        .on("POST", "/sign-in/link/{token}", Open, post(sign_in::redeem))
        .on("GET", "/sign-in/provider", Open, get(provider::set_out))
        .on("GET", "/sign-in/provider/back", Open, get(provider::come_back))
        .act("/sign-out", Action::ChangeOwnSecrets, sign_in::sign_out)
        .look_kept("/", Action::ReadWorklist, worklist::page)
        .look("/accounts", Action::ReadAccounts, accounts::page)
        .look("/export/accounts", Action::Export, accounts::export)
        .look_kept("/accounts/{code}", Action::ReadAccounts, account::page)
        .look("/search", Action::ReadAccounts, search::page)
        .look("/aging", Action::ReadAging, aging::page)
        .look("/aging/lines", Action::ReadAging, aging::lines)
        .look("/journal", Action::ReadJournal, journal::page)
        .look("/export/worklist", Action::Export, worklist_file::export)
        .look("/team", Action::ReadWorklist, team::page)
        .look("/export/team", Action::Export, team::export)
        .look("/hand-over", Action::Reassign, hand_over::sheet)
        .form("/hand-over", Action::Reassign, hand_over::sheet, hand_over::save)
        .act("/accounts/{code}/take", Action::Log, hand_over::take)
        .look("/views", Action::SaveView, views::page)
        .form("/views", Action::SaveView, views::page, views::keep)
        .form("/views/change", Action::SaveView, views::page, views::change)
        .look("/export/aging", Action::Export, aging::export)
        .look("/export/aging-lines", Action::Export, aging::export_lines)
        .look("/export/journal", Action::Export, journal::export)
        .look_kept("/cash", Action::ReadAccounts, cash::page)
        .look("/export/cash", Action::Export, cash::export)
        .look("/export/cash/{list}", Action::Export, cash_lists::export)
        .look("/cash/files", Action::ReadJournal, bank_files::page)
        .look("/cash/remittances", Action::ReadAccounts, remittances::page)
        .upload("/cash/remittances", Action::Import, large, remittances::page, advice_in::hand_in)
        .form("/cash/remittances/{id}/join", Action::Apply, remittances::page, remittances::join)
        .form("/cash/remittances/{id}/dismiss", Action::Apply, remittances::page, remittances::dismiss)
        .form("/cash/remittances/{id}/release", Action::Unapply, remittances::page, remittances::release)
        .form("/cash/returns/{id}/release", Action::Unapply, returns::page, returns::release)
        .look("/cash/aside", Action::ReadAccounts, set_aside::page)
        .form("/cash/{id}/set-aside", Action::SetAside, receipt::page, set_aside::set_it_aside)
        .look("/cash/returns", Action::ReadAccounts, returns::page)
        .form("/cash/returns/{id}", Action::Unapply, returns::page, returns::settle)
        .form("/cash/statements/{id}", Action::Unapply, returns::page, returns::seen)
        .form("/cash/refund-payments/{id}", Action::Unapply, returns::page, returns::payment_seen)
        .look_kept("/cash/{id}", Action::ReadAccounts, receipt::page)
        .form("/cash/{id}/match", Action::Apply, receipt::page, receipt::match_it)
        .form("/cash/{id}/unmatch", Action::Unapply, receipt::page, receipt::unmatch)
        .look("/approvals", Action::ReadApprovals, approvals::page)
        .look("/approvals/{id}", Action::ReadApprovals, approvals::one)
        .look("/approvals/{id}/preview", Action::ReadApprovals, approvals::preview)
        .form("/approvals/{id}/approve", Action::Approve, approvals::one, approvals::approve_it)
        .form("/approvals/{id}/decline", Action::Decline, approvals::one, approvals::decline_it)
        .look("/export/approvals", Action::Export, approvals::export)
        .look_kept("/accounts/{code}/preview", Action::ReadAccounts, account::preview)
        .look("/accounts/{code}/call", Action::Log, call::sheet)
        .form("/accounts/{code}/call", Action::Log, call::sheet, call::save)
        .look("/accounts/{code}/promise", Action::Promise, agree::promise)
        .form("/accounts/{code}/promise", Action::Promise, agree::promise, agree::take)
        .look("/accounts/{code}/dispute", Action::Dispute, agree::dispute)
        .form("/accounts/{code}/dispute", Action::Dispute, agree::dispute, agree::raise)
        .look("/accounts/{code}/disputes/{id}", Action::Dispute, agree::dispute_found)
        .form("/accounts/{code}/disputes/{id}", Action::Dispute, agree::dispute_found, agree::close)
        .look("/accounts/{code}/note", Action::Note, agree::note)
        .form("/accounts/{code}/note", Action::Note, agree::note, agree::write)
        .look("/accounts/{code}/snooze", Action::Snooze, tasks::snooze)
        .form("/accounts/{code}/snooze", Action::Snooze, tasks::snooze, tasks::put_off)
        .look("/accounts/{code}/done", Action::CloseTask, tasks::done)
        .form("/accounts/{code}/done", Action::CloseTask, tasks::done, tasks::close)
        .look("/accounts/{code}/hold", Action::Hold, tasks::hold)
        .form("/accounts/{code}/hold", Action::Hold, tasks::hold, tasks::stop)
        .act("/accounts/{code}/pin", Action::Note, tasks::pin)
        .look("/accounts/{code}/statement", Action::ReadDocuments, documents::statement)
        .look("/accounts/{code}/statement.pdf", Action::ReadDocuments, documents::statement_pdf)
        .look("/accounts/{code}/statement.html", Action::ReadDocuments, documents::statement_html)
        .look("/accounts/{code}/statement.csv", Action::ReadDocuments, documents::statement_csv)
        .look("/accounts/{code}/statement.txt", Action::ReadDocuments, documents::statement_txt)
        .look("/accounts/{code}/attachments", Action::ReadDocuments, attachments::sheet)
        .upload("/accounts/{code}/attachments", Action::AttachDocument, paper, attachments::sheet, attachments::hand_in)
        .look("/accounts/{code}/attachments/{id}", Action::ReadDocuments, attachments::file)
        .act("/accounts/{code}/attachments/{id}/remove", Action::AttachDocument, attachments::remove)
        .look("/papers", Action::AttachDocument, papers::page)
        .upload("/papers", Action::AttachDocument, large, papers::page, papers::attach)
        .look("/documents", Action::ReadDocuments, documents::page)
        .look("/documents/letters.zip", Action::Export, letters_of_run::zip)
        .form("/documents/hold", Action::HoldBackNotice, documents::page, letters_of_run::hold)
        .form("/documents/release", Action::ReleaseNotice, documents::page, letters_of_run::release)
        .look("/documents/notices/{id}", Action::ReadDocuments, documents::letter)
        .form("/documents/notices/{id}/hold", Action::HoldBackNotice, documents::letter, documents::hold)
        .act("/documents/notices/{id}/release", Action::ReleaseNotice, documents::release)
        .look("/accounts/{code}/credits/{id}", Action::ReadAccounts, credit::page)
        .form("/accounts/{code}/credits/{id}", Action::Apply, credit::page, credit::match_it)
        .look("/accounts/{code}/refund", Action::RequestRefund, refund_sheets::refund)
        .form("/accounts/{code}/refund", Action::RequestRefund, refund_sheets::refund, refund_sheets::ask)
        .look("/accounts/{code}/write-off", Action::WriteOff, refund_sheets::give_up)
        .form("/accounts/{code}/write-off", Action::WriteOff, refund_sheets::give_up, refund_sheets::write_it_off)
        .look("/accounts/{code}/transfer", Action::Apply, refund_sheets::transfer)
        .form("/accounts/{code}/transfer", Action::Apply, refund_sheets::transfer, refund_sheets::move_it)
        .look("/refunds", Action::ReadAccounts, refunds::page)
        .form("/refunds/file", Action::PayRefunds, refunds::page, refunds::pay)
        .look("/refunds/files/{id}", Action::PayRefunds, refunds::file)
        .form("/refunds/{id}/end", Action::EndRefund, refunds::page, refunds::end)
        .look("/write-offs", Action::ReadAccounts, refunds::written_off)
        .form("/write-offs/{id}/recover", Action::Apply, refunds::written_off, refunds::recover_it)
        .form("/write-offs/{id}/take-back", Action::WriteOff, refunds::written_off, refunds::take_back)
        .look("/write-offs/small", Action::ReadAccounts, small_balances::page)
        .form("/write-offs/small", Action::WriteOff, small_balances::page, small_balances::write_off)
        .form("/write-offs/small/{id}/take-back", Action::WriteOff, small_balances::page, small_balances::take_back)
        .act("/accounts/{code}/payers/{id}/forget", Action::Apply, payers::forget)
        .look("/accounts/{code}/contacts/new", Action::EditContact, contacts::new)
        .form("/accounts/{code}/contacts/new", Action::EditContact, contacts::new, contacts::add)
        .look("/accounts/{code}/contacts/{id}", Action::EditContact, contacts::edit)
        .form("/accounts/{code}/contacts/{id}", Action::EditContact, contacts::edit, contacts::change)
        .on("GET", "/setup/{token}", Open, get(setup::page))
        .on("POST", "/setup/{token}", Open, post(setup::begin))
        .look("/setup/step/{step}", Action::ChangeSettings, setup::step)
        .form("/setup/policy", Action::ChangeSettings, setup::policy_step, setup::keep_policy)
        .look("/policy", Action::ReadPolicy, policy::page)
        .look("/policy/edit", Action::DraftPolicy, policy::edit)
        .look("/policy/form", Action::DraftPolicy, policy_form::page)
        .form("/policy/form", Action::DraftPolicy, policy_form::page, policy_form::take)
        .form("/policy/try", Action::DraftPolicy, policy::edit, policy::attempt)
        .act("/policy/drafts", Action::DraftPolicy, policy::draft)
        .form("/policy/drafts/{id}/activate", Action::ActivatePolicy, policy::page, policy::activate)
        .form("/policy/drafts/{id}/decline", Action::DraftPolicy, policy::page, policy::decline)
        .look("/import", Action::ReadJournal, import::page)
        .upload("/import", Action::Import, large, import::page, import::send)
        .look("/import/{token}", Action::Import, import_report::page)
        .form("/import/{token}/columns", Action::Import, import_report::page, import_columns::map)
        .form("/import/{token}/commit", Action::Import, import_report::page, import::commit)
        .look("/import/{token}/rejects.csv", Action::Import, import::rejects)
        .look("/imports/{id}/undo", Action::UndoImport, import::ask_undo)
        .form("/imports/{id}/undo", Action::UndoImport, import::ask_undo, import::undo)
        .look("/settings", Action::ReadSettings, settings::page)
        .form("/settings/book", Action::ChangeSettings, settings::page_of_form, settings::keep)
        .form("/settings/people", Action::ManageUsers, settings::page, settings::add_person)
        .form("/settings/people/{name}/role", Action::ManageUsers, settings::page, settings::change_role)
        .form("/settings/people/{name}/link", Action::InviteUser, settings::page, settings::make_link)
        .form("/settings/people/{name}/reset", Action::ResetSecrets, settings::page, settings::reset_factor)
        .form("/settings/people/{name}/unlink", Action::ResetSecrets, settings::page, settings::unlink)
        .look("/status", Action::ReadSettings, status::page)
        .api()
        .on("GET", "/api/openapi.json", Open, get(api::openapi))
        .on("GET", "/api/docs", Open, get(api::page))
        .look("/events", Action::ReadWorklist, api::events)
        .on("GET", "/healthz", Open, get(status::alive))
        .on("GET", "/readyz", Open, get(status::ready))
        .on("GET", "/metrics", metrics, get(status::figures))
        .look("/settings/me", Action::ChangeOwnSecrets, me::page)
        .form("/settings/me/proof", Action::ChangeOwnSecrets, me::page, me::prove)
        .look("/settings/me/provider/proof", Action::ChangeOwnSecrets, provider::prove)
        .act("/settings/me/provider/link", Action::ChangeOwnSecrets, provider::link)
        .act("/settings/me/provider/unlink", Action::ChangeOwnSecrets, provider::unlink)
        .form("/settings/me/password", Action::ChangeOwnSecrets, me::page, me::set_password)
        .form("/settings/me/factor", Action::ChangeOwnSecrets, me::page, me::begin_factor)
        .act("/settings/me/factor/confirm", Action::ChangeOwnSecrets, me::confirm_factor)
        .form("/settings/me/keys", Action::ManageKeys, me::page, me::add_key)
        .form("/settings/me/keys/revoke", Action::ManageKeys, me::page, me::revoke_key)
}

/// Every address with what it takes, in the order of the table.
pub fn all_routes(house: House) -> Vec<Route> {
    routes(house).table
}

/// The server's router.
pub(crate) fn router(house: House) -> Router {
    routes(house.clone())
        .router
        .fallback(api::nowhere)
        .method_not_allowed_fallback(api::no_method)
        .layer(from_fn(told))
        .layer(from_fn(guarded))
        .layer(from_fn(crate::metrics::counted))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .with_state(house)
}
