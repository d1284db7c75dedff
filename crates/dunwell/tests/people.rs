//! People and keys through the binary: who may come in, and what refuses.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A folder with a book, and the binary at work in it.
struct Place {
    folder: tempfile::TempDir,
    book: String,
}

impl Place {
    fn new(book: &str) -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), book: book.into() }
    }

    /// Exit code and JSON answer of a call that is told `input`.
    fn told(&self, input: &str, arguments: &[&str]) -> (i32, Value) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dunwell"));
        command.current_dir(self.folder.path()).env("DUNWELL_BOOK", &self.book).args(arguments).arg("--json");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it is told");
        let output = child.wait_with_output().expect("it ends");
        let text = String::from_utf8_lossy(&output.stdout);
        let value = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().expect("no signal"), value)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (exit, value) = self.told("", arguments);
        assert_eq!(exit, 0, "{arguments:?}: {value}");
        value
    }

    /// The code of a call that is refused.
    fn refused(&self, arguments: &[&str]) -> String {
        let (exit, value) = self.told("", arguments);
        assert_eq!(exit, 3, "{arguments:?}: {value}");
        value["error"]["code"].as_str().expect("a code").to_string()
    }
}

#[test]
fn people_are_invited_given_roles_and_secrets_and_the_refusals_have_codes() {
    let mut places = vec![Place::new("sqlite:dunwell.db")];
    if let Ok(server) = std::env::var("DUNWELL_TEST_POSTGRES") {
        places.push(Place::new(&format!("{server}#people-{}", std::process::id())));
    }
    for place in places {
        if place.book.starts_with("sqlite") {
            place.json(&["init"]);
        } else {
            let name = place.book.split_once('#').expect("a name").1.to_string();
            place.json(&["init", "--name", &name]);
        }
        for (name, role) in [("ada", "admin"), ("cleo", "collector"), ("erp", "integrator")] {
            place.json(&["user", "add", name, "--role", role]);
        }
        assert_eq!(place.refused(&["user", "add", "x", "--role", "manager", "--as", "cleo"]), "role_cannot");
        assert_eq!(place.refused(&["user", "list", "--as", "cleo"]), "role_cannot");
        let link = place.json(&["user", "link", "cleo"]);
        let path = link["path"].as_str().expect("a path");
        assert_eq!(path.strip_prefix("/sign-in/link/").map(str::len), Some(43), "{link}");
        assert_eq!(link["minutes"], 30);
        assert_eq!(place.refused(&["user", "link", "nobody"]), "unknown_user");

        let (exit, set) = place.told("seven quiet herons\n", &["user", "password", "cleo", "--as", "cleo"]);
        assert_eq!((exit, set["state"].as_str()), (0, Some("set")));
        let (exit, weak) = place.told("short\n", &["user", "password", "cleo", "--as", "ada"]);
        assert_eq!((exit, weak["error"]["code"].as_str()), (3, Some("password_refused")));
        assert!(!weak.to_string().contains("short"), "a password is not repeated: {weak}");
        assert_eq!(place.refused(&["user", "password", "cleo"]), "role_cannot", "the house sets no secrets");
        assert_eq!(place.json(&["user", "totp", "cleo", "--reset", "--as", "ada"])["state"], "already_reset");
        assert_eq!(place.told("", &["user", "totp", "cleo", "--as", "ada"]).0, 2, "what of it?");

        assert_eq!(place.json(&["user", "role", "cleo", "manager"])["role"], "manager");
        assert_eq!(place.json(&["user", "list"])["users"][1]["role"], "manager");
        assert_eq!(place.refused(&["user", "role", "ada", "manager", "--as", "ada"]), "own_role");

        let key = place.json(&["key", "add", "nightly", "--scope", "import", "--scope", "read", "--as", "erp"]);
        let id = key["id"].as_str().expect("an id").to_string();
        assert!(key["secret"].as_str().expect("a secret").starts_with(&format!("dw_{id}_")), "{key}");
        assert_eq!(key["scopes"], serde_json::json!(["read", "import"]));
        let listed = place.json(&["key", "list"]);
        assert_eq!(listed["keys"][0]["id"], id.as_str());
        assert!(listed["keys"][0].get("secret").is_none(), "{listed}");
        assert_eq!(place.refused(&["key", "add", "mine", "--scope", "read"]), "role_cannot", "the house has no keys");
        assert_eq!(place.json(&["key", "revoke", &id, "--as", "erp"])["state"], "revoked");
        assert_eq!(place.json(&["key", "revoke", &id, "--as", "erp"])["state"], "already_revoked");
        assert_eq!(place.refused(&["key", "revoke", "0000", "--as", "erp"]), "not_found");
        assert_eq!(place.json(&["verify"])["ok"], true);
    }
}
