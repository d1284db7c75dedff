//! Names, places, mail addresses and telephone numbers of people and companies that do not exist.
//!
//! Mail is in the domain `example`, which RFC 2606 keeps free. Telephone numbers are from the ranges that regulators keep
//! for fiction: 555-0100 to 555-0199 in North America, Ofcom's, the Bundesnetzagentur's and Arcep's; elsewhere there is
//! none, and a contact there has no telephone. Towns and streets are invented, and so are registration numbers.

use crate::chance::Chance;

/// Beginnings of company names.
const STEMS: [&str; 60] = [
    "Amberfield",
    "Ashgrove",
    "Bellweather",
    "Birchmoor",
    "Blackthorn",
    "Bluestone",
    "Brambleton",
    "Brightwell",
    "Calloway",
    "Cedarline",
    "Clearbrook",
    "Copperleaf",
    "Cranmere",
    "Dalewood",
    "Deepwater",
    "Eastmark",
    "Elderton",
    "Fairhollow",
    "Fallowmere",
    "Fernridge",
    "Foxglove",
    "Glenhaven",
    "Goldcrest",
    "Granite Bay",
    "Greenholt",
    "Harborlight",
    "Hawksmoor",
    "Hazelbrook",
    "Highmeadow",
    "Holloway",
    "Ironbridge",
    "Ivydale",
    "Juniper Hill",
    "Kestrel",
    "Kingsford",
    "Larkspur",
    "Longacre",
    "Maplewick",
    "Marlowe",
    "Millrace",
    "Northwind",
    "Oakhurst",
    "Orchard Lane",
    "Pinecrest",
    "Quarrystone",
    "Ravensworth",
    "Redfern",
    "Riverbend",
    "Rosewood",
    "Saltmarsh",
    "Silverbirch",
    "Stonegate",
    "Summerfield",
    "Thistledown",
    "Timberline",
    "Umberland",
    "Valebrook",
    "Westhaven",
    "Willowmere",
    "Windrush",
];

/// What companies do, in English.
const TRADES: [&str; 40] = [
    "Electrical Supply",
    "Contractors",
    "Interiors",
    "Foods",
    "Logistics",
    "Manufacturing",
    "Builders",
    "Hospitality",
    "Hardware",
    "Dental Group",
    "Tooling",
    "Packaging",
    "Property Services",
    "Garden Centers",
    "Fixtures",
    "Motors",
    "Outfitters",
    "Bakeries",
    "Plumbing",
    "Pharmacies",
    "Printing",
    "Robotics",
    "Cold Storage",
    "Theaters",
    "Breweries",
    "Medical",
    "Architects",
    "Furniture",
    "Machine Works",
    "Retail Group",
    "Marine",
    "Aviation Services",
    "Textiles",
    "Roofing",
    "Fitness",
    "Energy",
    "Facilities",
    "Aggregates",
    "Farms",
    "Design Studio",
];

/// Beginnings and trades of companies that write German.
const GERMAN_STEMS: [&str; 24] = [
    "Nordlicht",
    "Ahornhof",
    "Bergkamp",
    "Birkental",
    "Drosselberg",
    "Eichwald",
    "Falkenau",
    "Grünfeld",
    "Heidebrück",
    "Kastanienhof",
    "Lindental",
    "Mühlbach",
    "Ostertor",
    "Rabenstein",
    "Rosenau",
    "Sonnenberg",
    "Steinbrück",
    "Talheim",
    "Ulmenweg",
    "Weidenau",
    "Wiesengrund",
    "Winterstein",
    "Zederholz",
    "Silbertal",
];
const GERMAN_TRADES: [&str; 16] = [
    "Elektrotechnik",
    "Maschinenbau",
    "Logistik",
    "Baustoffe",
    "Lichttechnik",
    "Möbelwerke",
    "Anlagenbau",
    "Großhandel",
    "Messebau",
    "Werkzeuge",
    "Gebäudetechnik",
    "Hotelbetriebe",
    "Verpackung",
    "Feinmechanik",
    "Gartenbau",
    "Kältetechnik",
];

const FIRST_NAMES: [&str; 40] = [
    "Dana", "Marcus", "Priya", "Elena", "Tom", "Grace", "Andre", "Ruth", "Kenji", "Laura", "Samuel", "Ines", "Walter",
    "Amina", "Peter", "Joy", "Hector", "Nora", "Victor", "Sofia", "Liam", "Chloe", "Daniel", "Maya", "Oscar", "Helen",
    "Ivan", "Tessa", "Carl", "Leah", "Noah", "Zoe", "Felix", "Irene", "Jonas", "Mira", "Paul", "Vera", "Simon", "Alma",
];
const LAST_NAMES: [&str; 40] = [
    "Whitfield",
    "Okafor",
    "Lindqvist",
    "Marsh",
    "Delgado",
    "Pruitt",
    "Hanley",
    "Novak",
    "Castellan",
    "Ferris",
    "Bauer",
    "Ito",
    "Moreau",
    "Kessler",
    "Abara",
    "Tanner",
    "Quill",
    "Rourke",
    "Sandoval",
    "Thorne",
    "Vance",
    "Weller",
    "Yardley",
    "Zimmer",
    "Albrecht",
    "Bishop",
    "Corwin",
    "Draper",
    "Ellison",
    "Fairley",
    "Grantham",
    "Hollis",
    "Ingram",
    "Jessup",
    "Kirkby",
    "Larsen",
    "Mercer",
    "Nash",
    "Orton",
    "Pace",
];

const STREETS: [&str; 20] = [
    "Mill Race Road",
    "Lantern Street",
    "Copper Avenue",
    "Foundry Lane",
    "Orchard Way",
    "Harbor View",
    "Juniper Court",
    "Station Road",
    "Quarry Drive",
    "Meadow Lane",
    "Canal Street",
    "Sycamore Avenue",
    "Beacon Hill Road",
    "Warehouse Row",
    "Ridge Road",
    "Market Square",
    "Dock Street",
    "Prospect Avenue",
    "Garnet Street",
    "Willow Bend",
];
const GERMAN_STREETS: [&str; 8] = [
    "Mühlenweg",
    "Lindenallee",
    "Werkstraße",
    "Am Hafen",
    "Gartenstraße",
    "Industrieweg",
    "Bahnhofstraße",
    "Kirschweg",
];

/// A place where customers are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// ISO 3166.
    pub(crate) country: &'static str,
    pub(crate) city: &'static str,
    /// State or province; empty where addresses have none.
    pub(crate) region: &'static str,
    /// The postal code.
    pub(crate) postal: &'static str,
    /// The first digits of a fictional telephone number.
    phone: &'static str,
    pub(crate) time_zone: &'static str,
    /// ISO 4217 code of what is billed there.
    pub(crate) currency: &'static str,
    pub(crate) language: &'static str,
}

const fn american(
    city: &'static str,
    region: &'static str,
    postal: &'static str,
    phone: &'static str,
    time_zone: &'static str,
) -> Place {
    Place { country: "US", city, region, postal, phone, time_zone, currency: "USD", language: "en" }
}

/// Places east of the Mississippi.
pub(crate) const EAST: [Place; 10] = [
    american("Lanternbury", "OH", "43299", "+1 614 555 01", "America/New_York"),
    american("Port Harlow", "ME", "04199", "+1 207 555 01", "America/New_York"),
    american("Millbrook Falls", "NY", "12299", "+1 518 555 01", "America/New_York"),
    american("Ashford Heights", "PA", "17199", "+1 717 555 01", "America/New_York"),
    american("Cape Larkin", "NC", "28499", "+1 910 555 01", "America/New_York"),
    american("Sweetwater Glen", "GA", "30399", "+1 404 555 01", "America/New_York"),
    american("Harrow Bay", "FL", "33699", "+1 813 555 01", "America/New_York"),
    american("Stonebridge", "VA", "23299", "+1 804 555 01", "America/New_York"),
    american("Gristmill", "MA", "01299", "+1 413 555 01", "America/New_York"),
    american("Ironwood Park", "MI", "48999", "+1 517 555 01", "America/Detroit"),
];

/// Places west of it.
pub(crate) const WEST: [Place; 10] = [
    american("Prairie Junction", "KS", "67299", "+1 316 555 01", "America/Chicago"),
    american("Cottonwood Bend", "TX", "75399", "+1 214 555 01", "America/Chicago"),
    american("Silver Mesa", "CO", "80299", "+1 303 555 01", "America/Denver"),
    american("Juniper Flats", "UT", "84199", "+1 801 555 01", "America/Denver"),
    american("Redrock", "AZ", "85099", "+1 602 555 01", "America/Phoenix"),
    american("Otter Landing", "OR", "97299", "+1 503 555 01", "America/Los_Angeles"),
    american("Fogarty Harbor", "WA", "98199", "+1 206 555 01", "America/Los_Angeles"),
    american("Almond Valley", "CA", "93799", "+1 559 555 01", "America/Los_Angeles"),
    american("Northfield Lakes", "MN", "55499", "+1 612 555 01", "America/Chicago"),
    american("Bluff Point", "IA", "50399", "+1 515 555 01", "America/Chicago"),
];

/// Places abroad; Japan last, for few accounts are there.
pub(crate) const ABROAD: [Place; 10] = [
    abroad("DE", "Lindenau am See", "30999", "+49 30 23125 ", ("Europe/Berlin", "EUR", "de")),
    abroad("DE", "Neu Falkenstein", "80999", "+49 89 99998 ", ("Europe/Berlin", "EUR", "de")),
    abroad("DE", "Hafenbrück", "20999", "+49 40 66969 ", ("Europe/Berlin", "EUR", "de")),
    abroad("AT", "Sankt Ulmen", "1999", "", ("Europe/Vienna", "EUR", "de")),
    abroad("FR", "Vallon-sur-Brume", "69999", "+33 1 99 00 ", ("Europe/Paris", "EUR", "en")),
    abroad("NL", "Molenwaard aan Zee", "1999 ZZ", "", ("Europe/Amsterdam", "EUR", "en")),
    abroad("GB", "Thornbury Cross", "ZZ9 9ZZ", "+44 20 7946 0", ("Europe/London", "GBP", "en")),
    abroad("GB", "Kelmouth", "ZZ9 8ZZ", "+44 113 496 0", ("Europe/London", "GBP", "en")),
    abroad("CA", "Maple Narrows", "X0X 0X0", "+1 416 555 01", ("America/Toronto", "USD", "en")),
    abroad("JP", "Hoshikawa", "999-9999", "", ("Asia/Tokyo", "JPY", "en")),
];

const fn abroad(
    country: &'static str,
    city: &'static str,
    postal: &'static str,
    phone: &'static str,
    zone_currency_language: (&'static str, &'static str, &'static str),
) -> Place {
    let (time_zone, currency, language) = zone_currency_language;
    Place { country, city, region: "", postal, phone, time_zone, currency, language }
}

/// The name of a company at `place`.
pub(crate) fn company(chance: &mut Chance, place: &Place) -> String {
    if place.language == "de" {
        let form = chance.one(&["GmbH", "GmbH", "GmbH & Co. KG", "AG"]);
        return format!("{} {} {form}", chance.one(&GERMAN_STEMS), chance.one(&GERMAN_TRADES));
    }
    let forms: &[&str] = match place.country {
        "GB" => &["Ltd", "Limited", "LLP"],
        "FR" => &["SARL", "SAS"],
        "NL" => &["B.V."],
        "JP" => &["K.K."],
        _ => &["Inc.", "LLC", "Co.", "Corp."],
    };
    format!("{} {} {}", chance.one(&STEMS), chance.one(&TRADES), chance.one(forms))
}

/// The name of a public body at `place`.
pub(crate) fn public_body(chance: &mut Chance, place: &Place) -> String {
    let stem = chance.one(&STEMS);
    match chance.between(0, 4) {
        0 => format!("City of {}", place.city),
        1 => format!("{stem} County Schools"),
        2 => format!("{stem} State University"),
        3 => format!("{stem} Transit Authority"),
        _ => format!("{stem} Water District"),
    }
}

/// First and last name of a person.
pub(crate) fn person(chance: &mut Chance) -> String {
    format!("{} {}", chance.one(&FIRST_NAMES), chance.one(&LAST_NAMES))
}

/// A street and number as they are written there.
pub(crate) fn street(chance: &mut Chance, place: &Place) -> String {
    let number = chance.between(1, 2_400);
    match place.language {
        "de" => format!("{} {}", chance.one(&GERMAN_STREETS), number % 180 + 1),
        _ => format!("{number} {}", chance.one(&STREETS)),
    }
}

/// A telephone number of fiction; `None` where no range is kept for it.
pub(crate) fn phone(chance: &mut Chance, place: &Place) -> Option<String> {
    let number = match place.country {
        _ if place.phone.is_empty() => return None,
        "FR" => format!("{:02} {:02}", chance.between(0, 99), chance.between(0, 99)),
        "DE" | "GB" => format!("{:03}", chance.between(0, 999)),
        _ => format!("{:02}", chance.between(0, 99)),
    };
    Some(format!("{}{number}", place.phone))
}

/// A text as part of a mail address: small letters and digits with single hyphens between.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            letter if letter.is_ascii_alphanumeric() => slug.push(letter),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_mail_domain() {
        assert_eq!(slug("Mühlbach Gebäudetechnik GmbH & Co. KG"), "muehlbach-gebaeudetechnik-gmbh-co-kg");
        assert_eq!(slug("Oakhurst Foods Inc."), "oakhurst-foods-inc");
    }

    #[test]
    fn american_numbers_are_those_kept_for_fiction() {
        let mut chance = Chance::new(1, 1);
        for place in EAST.iter().chain(&WEST) {
            let phone = phone(&mut chance, place).expect("an American number");
            assert!(phone.contains(" 555 01") && phone.len() == "+1 614 555 0100".len(), "{phone}");
        }
    }
}
