//! The text of a story: its header, its dated lines, and where in a line the expectation stands.

use dunwell_desk::rules::calendar::Date;

/// A story as it is written.
#[derive(Debug)]
pub(crate) struct Story {
    /// Name of the business calendar.
    pub(crate) calendar: String,
    /// Base currency.
    pub(crate) currency: String,
    /// `rehearsal` or `live`.
    pub(crate) mode: Option<String>,
    /// The preset the policy starts from.
    pub(crate) policy: String,
    /// Keys of the policy that differ: dotted path and TOML value.
    pub(crate) overrides: Vec<(String, String)>,
    /// People: name and role.
    pub(crate) users: Vec<(String, String)>,
    /// Every line of the file, in order.
    pub(crate) lines: Vec<Line>,
}

/// One line of the file.
#[derive(Debug)]
pub(crate) struct Line {
    /// As it is written, with its end.
    pub(crate) raw: String,
    /// What happens on it; `None` for headers, comments and blank lines.
    pub(crate) deed: Option<Deed>,
    /// How much of `raw` stands before the expectation.
    before: usize,
    /// The comment at the end of the line, with the spaces before it.
    comment: String,
}

/// Something that happens on a day.
#[derive(Debug)]
pub(crate) struct Deed {
    /// The day.
    pub(crate) day: Date,
    /// What happens.
    pub(crate) verb: String,
    /// To whom and how, word by word, without the expectation.
    pub(crate) words: Vec<String>,
    /// What is expected; empty where nothing is said.
    pub(crate) expected: String,
}

/// Verbs whose answer follows them at once; of all others it follows an arrow.
const LOOKS: [&str; 9] = ["run", "why", "aging", "worklist", "notices", "tasks", "approvals", "assign", "exceptions"];
/// Verbs of people, imports and settings.
const DEEDS: [&str; 33] = [
    "invoice",
    "debit_memo",
    "credit_memo",
    "customer",
    "parent",
    "contact",
    "receipt",
    "apply",
    "unapply",
    "reverse",
    "paid",
    "returned",
    "advice",
    "match",
    "unmatch",
    "write_off",
    "promise",
    "dispute",
    "close",
    "hold",
    "release",
    "log",
    "note",
    "opening",
    "rate",
    "bank",
    "proposed",
    "approve",
    "decline",
    "task",
    "policy",
    "dry",
    "go",
];

impl Story {
    /// Reads a story; a line that is not understood is refused by its number.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut story = Self {
            calendar: "mon-fri".into(),
            currency: "USD".into(),
            mode: None,
            policy: "standard".into(),
            overrides: Vec::new(),
            users: [("collector-1", "collector"), ("manager-1", "manager")]
                .map(|(name, role)| (name.to_string(), role.to_string()))
                .to_vec(),
            lines: Vec::new(),
        };
        for (place, raw) in text.split_inclusive('\n').enumerate() {
            let line = story.line(raw).map_err(|why| format!("line {}: {why}: {}", place + 1, raw.trim()))?;
            story.lines.push(line);
        }
        Ok(story)
    }

    fn line(&mut self, raw: &str) -> Result<Line, String> {
        let body = raw.trim_end();
        let comment_from = if body.starts_with('#') { 0 } else { body.find(" #").unwrap_or(body.len()) };
        let said = body[..comment_from].trim_end();
        let comment = raw.trim_end_matches(['\r', '\n'])[said.len()..].to_string();
        let plain = |deed| Line { raw: raw.into(), deed, before: 0, comment: String::new() };
        if said.is_empty() {
            return Ok(plain(None));
        }
        if !said.starts_with(|first: char| first.is_ascii_digit()) {
            self.header(said)?;
            return Ok(plain(None));
        }
        let (deed, before) = deed(said)?;
        Ok(Line { raw: raw.into(), deed: Some(deed), before, comment })
    }

    fn header(&mut self, said: &str) -> Result<(), String> {
        let (key, value) = said.split_once(char::is_whitespace).ok_or("a header is a word and its value")?;
        let value = value.trim();
        match key {
            "calendar" => self.calendar = value.into(),
            "currency" => self.currency = value.into(),
            "mode" => self.mode = Some(value.into()),
            "user" => {
                let (name, role) = value.split_once(char::is_whitespace).ok_or("a user is a name and a role")?;
                self.users.push((name.into(), role.trim().into()));
            }
            "policy" => match value.split_once(" with ") {
                None => self.policy = value.into(),
                Some((name, change)) => {
                    self.policy = name.trim().into();
                    self.change(change)?;
                }
            },
            "with" => self.change(value)?,
            _ => return Err("nobody knows this header".into()),
        }
        Ok(())
    }

    fn change(&mut self, text: &str) -> Result<(), String> {
        let (key, value) = text.split_once('=').ok_or("a change of the policy is KEY = VALUE")?;
        self.overrides.push((key.trim().into(), value.trim().into()));
        Ok(())
    }
}

impl Line {
    /// The line with another answer in place of the expectation.
    pub(crate) fn with(&self, went: &str) -> String {
        let Some(deed) = &self.deed else { return self.raw.clone() };
        if deed.expected == went {
            return self.raw.clone();
        }
        let looks = LOOKS.contains(&deed.verb.as_str());
        let before = self.raw[..self.before].trim_end();
        let between = match (went.is_empty(), looks) {
            (true, _) => "",
            (false, true) => " ",
            (false, false) => " -> ",
        };
        let end = if self.raw.ends_with('\n') { "\n" } else { "" };
        format!("{before}{between}{went}{}{end}", self.comment)
    }
}

/// Reads a dated line; answers also where its expectation begins.
fn deed(said: &str) -> Result<(Deed, usize), String> {
    let words = words(said);
    let day: Date = words[0].1.parse().map_err(|_| "it begins with no day of the calendar")?;
    let verb = words.get(1).map(|(_, word)| *word).ok_or("a day on which nothing happens")?;
    let before = if LOOKS.contains(&verb) {
        let of_it = 2 + look_words(verb, &words[2..]);
        words.get(of_it).map_or(said.len(), |(at, _)| *at)
    } else if DEEDS.contains(&verb) {
        said.find(" -> ").unwrap_or(said.len())
    } else {
        return Err(format!("nobody knows what '{verb}' means"));
    };
    let expected = said[before..].trim().trim_start_matches("-> ").to_string();
    let own = words[2..].iter().filter(|(at, _)| *at < before).map(|(_, word)| (*word).to_string()).collect();
    Ok((Deed { day, verb: verb.into(), words: own, expected }, before))
}

/// Words with where they begin.
fn words(text: &str) -> Vec<(usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word)).collect()
}

/// How many words after a look belong to the question: the account, the currency, and what `why` denies.
fn look_words(verb: &str, words: &[(usize, &str)]) -> usize {
    let is_name = |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase());
    let is_currency = |word: &str| word.len() == 3 && word.chars().all(|letter| letter.is_ascii_uppercase());
    let word = |place: usize| words.get(place).map_or("", |(_, word)| *word);
    let of_the_book = ["worklist", "approvals", "assign", "exceptions"].contains(&verb);
    let mut count = usize::from(is_name(word(0)) && !of_the_book);
    if count == 1 && verb != "aging" && is_currency(word(1)) {
        count += 1;
    }
    if verb == "why" && word(count) == "not" {
        count += 2;
    }
    count
}
