//! Remittance advices: reading files of them, and those that wait for their receipt.

use dunwell_desk::Refusal;
use dunwell_desk::cash::clear_remittance::{dismiss_remittance, join_remittance, release_remittance, remittance};
use dunwell_desk::cash::import_remittance::{RemittanceRequest, import_remittances, waiting_remittances};
use dunwell_desk::formats::remittance::AdviceFormat;
use dunwell_desk::formats::remittance::advice_table::AdviceProfile;
use dunwell_desk::import::ImportFile;
use dunwell_desk::rules::rights::Action;

use super::cash::unfit_profile;
use super::operation::{Asked, Done, Operation, Shape, get, may, must, one, page, post};
use crate::uploads::TURNS;

/// Every operation about remittance advices.
pub(super) fn operations() -> Vec<Operation> {
    let waiting = "The remittance advices that wait for their receipt, in the order in which they came.";
    let read = "Read a file of remittance advices: the body is the file (EDI, a table, a PDF, a mail with what \
                is attached to it), at most 64 MiB. Each advice is kept once and explains \
                the receipt it belongs to; a repeat changes nothing.";
    let join = "Say that a waiting advice explains a receipt: what the receipt pays is decided again by it, where nothing of \
                the receipt is set against anything or a person is asked about it.";
    let dismiss = "Say that a waiting advice waits for no receipt, and why.";
    let release = "Let an advice wait again that was dismissed, or that belongs to a receipt; what the receipt is set against \
                   stays.";
    let formats: Vec<&str> = AdviceFormat::ALL.iter().map(|format| format.name()).collect();
    vec![
        get("/api/v1/remittances", Action::ReadAccounts, waiting, Shape::List("Remittance", &[]), listed).paged(),
        post("/api/v1/remittances", Action::Import, read, "RemittanceReport", read_file)
            .ok()
            .repeatable()
            .takes_file()
            .asks([
                may("format", &formats.join("|"), "the format; told from the file when left out"),
                may("name", "text", "the file's name in reports; remittance when left out"),
                may(
                    "profile",
                    "name",
                    "how the payer writes tables: the text of a profile (TOML); remittance-plain when left out",
                ),
                may("accept_totals", "name", "why the file is taken though its control totals are wrong"),
                may("dry_run", "bool", "say what would be read and record nothing"),
                may("strict", "bool", "keep nothing when an advice of the file is refused"),
            ]),
        get(
            "/api/v1/remittances/{id}",
            Action::ReadAccounts,
            "One remittance advice.",
            Shape::One("Remittance"),
            shown,
        ),
        post("/api/v1/remittances/{id}/join", Action::Apply, join, "Remittance", join_it).ok().takes([must(
            "receipt",
            "id",
            "the receipt it explains",
        )]),
        post("/api/v1/remittances/{id}/dismiss", Action::Apply, dismiss, "Remittance", dismiss_it).ok().takes([must(
            "reason",
            "text",
            "why no receipt comes by it",
        )]),
        post("/api/v1/remittances/{id}/release", Action::Unapply, release, "Remittance", release_it).ok(),
    ]
}

async fn shown(asked: Asked) -> Done {
    one(&remittance(&asked.desk, asked.id("id")).await?)
}

async fn join_it(asked: Asked) -> Done {
    one(&join_remittance(&asked.desk, asked.id("id"), &asked.needed("receipt")?, asked.on).await?)
}

async fn dismiss_it(asked: Asked) -> Done {
    one(&dismiss_remittance(&asked.desk, asked.id("id"), &asked.needed("reason")?, asked.on).await?)
}

async fn release_it(asked: Asked) -> Done {
    one(&release_remittance(&asked.desk, asked.id("id"), asked.on).await?)
}

async fn listed(asked: Asked) -> Done {
    page(&waiting_remittances(&asked.desk, asked.cursor(), asked.limit()).await?, "remittances")
}

/// A profile of advices from its text; `None` is the shipped one.
fn advice_profile(text: &str) -> Result<Option<AdviceProfile>, Refusal> {
    if text == "remittance-plain" {
        return Ok(None);
    }
    AdviceProfile::parse(text).map(Some).map_err(unfit_profile)
}

async fn read_file(asked: Asked) -> Done {
    let request = RemittanceRequest {
        format: asked.param("format").and_then(AdviceFormat::from_name),
        profile: asked.param("profile").map(advice_profile).transpose()?.flatten(),
        accept_totals: asked.param("accept_totals").map(str::to_owned),
        dry_run: asked.flag("dry_run"),
        strict: asked.flag("strict"),
        ..RemittanceRequest::new(
            vec![ImportFile::bytes(asked.param("name").unwrap_or("remittance"), asked.file.to_vec())],
            asked.on,
        )
    };
    let _turn = TURNS.acquire().await;
    one(&import_remittances(&asked.desk, &request).await?)
}
