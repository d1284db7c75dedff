//! Every address of the workbench, with the act it takes. An address cannot be added without saying what it takes.

use axum::handler::Handler;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use axum::{Router, extract::DefaultBodyLimit};
use dunwell_desk::rules::rights::Action;
use tower_http::compression::CompressionLayer;

use crate::assets;
use crate::gate::{Access, gate, guarded};
use crate::house::House;
use crate::screens::{account, call, sign_in, worklist};

/// The most bytes of a form.
const FORM_BYTES: usize = 256 * 1024;

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

    fn act<T: 'static>(self, path: &'static str, action: Action, handler: impl Handler<T, House>) -> Self {
        self.on("POST", path, Access::Act(action), post(handler))
    }

    fn on(mut self, method: &'static str, path: &'static str, access: Access, handler: MethodRouter<House>) -> Self {
        self.table.push(Route { method, path, access });
        let guarded = handler.layer(from_fn_with_state((self.house.clone(), access), gate));
        self.router = self.router.route(path, guarded);
        self
    }
}

fn routes(house: House) -> Routes {
    use Access::Open;
    let routes = Routes { house, table: Vec::new(), router: Router::new() };
    routes
        .on("GET", "/assets/{hash}/{name}", Open, get(assets::asset))
        .on("GET", "/favicon.ico", Open, get(assets::no_icon))
        .on("GET", "/sign-in", Open, get(sign_in::page))
        .on("POST", "/sign-in", Open, post(sign_in::sign_in))
        .on("GET", "/sign-in/link/{token}", Open, get(sign_in::link_page))
        .on("POST", "/sign-in/link/{token}", Open, post(sign_in::redeem))
        .act("/sign-out", Action::ChangeOwnSecrets, sign_in::sign_out)
        .look("/", Action::ReadWorklist, worklist::page)
        .look("/accounts/{code}", Action::ReadAccounts, account::page)
        .look("/accounts/{code}/preview", Action::ReadAccounts, account::preview)
        .look("/accounts/{code}/call", Action::Log, call::sheet)
        .act("/accounts/{code}/call", Action::Log, call::save)
}

/// Every address with what it takes, in the order of the table.
pub fn all_routes(house: House) -> Vec<Route> {
    routes(house).table
}

/// The server's router.
pub(crate) fn router(house: House) -> Router {
    routes(house.clone())
        .router
        .fallback(async || crate::answer::Problem::NotFound)
        .layer(from_fn(guarded))
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .with_state(house)
}
