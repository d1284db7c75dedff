//! Remittance advices: reading files of them, and those that wait for their receipt.

use dunwell_desk::cash::import_remittance::{RemittanceRequest, import_remittances, waiting_remittances};
use dunwell_desk::formats::remittance::AdviceFormat;
use dunwell_desk::import::ImportFile;
use dunwell_desk::rules::rights::Action;

use super::operation::{Asked, Done, Operation, Shape, get, may, one, page, post};
use crate::uploads::TURNS;

/// Every operation about remittance advices.
pub(super) fn operations() -> Vec<Operation> {
    let waiting = "The remittance advices that wait for their receipt, in the order in which they came.";
    let read = "Read a file of remittance advices: the body is the file, at most 64 MiB. Each advice is kept once and explains \
                the receipt it belongs to; a repeat changes nothing.";
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
                may("dry_run", "bool", "say what would be read and record nothing"),
            ]),
    ]
}

async fn listed(asked: Asked) -> Done {
    page(&waiting_remittances(&asked.desk, asked.cursor(), asked.limit()).await?, "remittances")
}

async fn read_file(asked: Asked) -> Done {
    let request = RemittanceRequest {
        files: vec![ImportFile::bytes(asked.param("name").unwrap_or("remittance"), asked.file.to_vec())],
        format: asked.param("format").and_then(AdviceFormat::from_name),
        profile: None,
        on: asked.on,
        dry_run: asked.flag("dry_run"),
    };
    let _turn = TURNS.acquire().await;
    one(&import_remittances(&asked.desk, &request).await?)
}
