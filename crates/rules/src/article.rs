//! The English article before a word of ours: codes of roles and kinds stand in sentences.

use alloc::format;
use alloc::string::String;

/// The word with its indefinite article: `an invoice`, `a credit_memo`. By the first letter, which is how every code of ours
/// is spoken.
pub fn with_article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {word}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::with_article;
    use crate::approval::Role;
    use crate::item::ItemKind;

    #[test]
    fn a_word_has_the_article_that_is_spoken() {
        assert_eq!(with_article(ItemKind::Invoice.code()), "an invoice");
        assert_eq!(with_article(Role::Auditor.code()), "an auditor");
        assert_eq!(with_article(Role::Collector.code()), "a collector");
        assert_eq!(with_article("user"), "a user");
    }
}
