//! The people of an account, kept by hand.

use dunwell_desk::keep_contacts::{ContactKept, Person, add_contact, change_contact, stop_contact};
use dunwell_desk::look;

use crate::cli::Cli;
use crate::cli::look::{Contact, Person as Given};
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// `contact`.
pub(crate) async fn contact(cli: &Cli, out: Output, asked: &Contact) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let kept = match asked {
        Contact::List { account } => {
            let list = look::contacts::contacts(&desk, account).await?;
            out.answer(&list, |list| {
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                let rows: Vec<Vec<String>> = list
                    .contacts
                    .iter()
                    .map(|row| {
                        let who = &row.contact;
                        let quiet = if who.do_not_contact { "do not contact" } else { "" };
                        let (name, role, mail, phone) =
                            (text(&who.name), text(&who.role), text(&who.mail), text(&who.phone));
                        vec![
                            who.contact.to_string(),
                            name,
                            role,
                            mail,
                            phone,
                            text(&row.local_time),
                            text(&who.channel),
                            quiet.into(),
                        ]
                    })
                    .collect();
                if rows.is_empty() { format!("Nobody is known at {}.", list.account) } else { table(&rows, &[]) }
            });
            return Ok(());
        }
        Contact::Add { account, person } => {
            add_contact(&desk, account, &given(person), person.on.in_book(&desk)).await?
        }
        Contact::Change { account, contact, person, seen } => {
            let (on, seen) = (person.on.in_book(&desk), seen.as_deref());
            change_contact(&desk, account, contact, &given(person), seen, on).await?
        }
        Contact::Stop { account, contact, off, on } => {
            stop_contact(&desk, account, contact, !off, on.in_book(&desk)).await?
        }
    };
    out.answer(&kept, |kept: &ContactKept| format!("Contact of {}: {}.", kept.account, kept.state));
    Ok(())
}

fn given(person: &Given) -> Person {
    Person {
        name: person.name.clone(),
        role: person.role.clone(),
        mail: person.mail.clone(),
        phone: person.phone.clone(),
        time_zone: person.time_zone.clone(),
        language: person.language.clone(),
        channel: person.channel.clone(),
        do_not_contact: None,
    }
}
