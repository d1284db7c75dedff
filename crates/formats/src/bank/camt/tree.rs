//! A part of an XML message as a flat list of elements in the order of their start tags, cut off again once it was read.
//!
//! Bounded by construction: a reader cuts every entry off when it ends, so that memory does not grow with the number of
//! entries. Names are kept without their prefix, for banks choose prefixes freely.

use std::borrow::Cow;

/// One element: its name without prefix, its own text, its currency attribute, and where its content ends in the list.
#[derive(Debug)]
struct Element<'s> {
    name: &'s str,
    text: Cow<'s, str>,
    currency: Option<Cow<'s, str>>,
    end: usize,
    offset: usize,
}

/// The elements that are open or not yet cut off.
#[derive(Debug, Default)]
pub(super) struct Tree<'s> {
    elements: Vec<Element<'s>>,
    open: Vec<usize>,
}

impl<'s> Tree<'s> {
    /// How many elements are kept.
    pub(super) fn len(&self) -> usize {
        self.elements.len()
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// An element opens; `offset` is where its tag begins in the text of the file.
    pub(super) fn open(&mut self, name: &'s str, currency: Option<Cow<'s, str>>, offset: usize) {
        self.open.push(self.elements.len());
        self.elements.push(Element { name, text: Cow::Borrowed(""), currency, end: 0, offset });
    }

    /// The name of the open element `up` levels above the innermost one; empty where there is none.
    pub(super) fn open_name(&self, up: usize) -> &'s str {
        let at = self.open.len().checked_sub(up + 1).and_then(|level| self.open.get(level));
        at.and_then(|at| self.elements.get(*at)).map_or("", |element| element.name)
    }

    /// The innermost open element of a name, as far as it was read.
    pub(super) fn open_node(&self, name: &str) -> Option<Node<'_, 's>> {
        let at = self.open.iter().rev().copied().find(|at| self.elements[*at].name == name)?;
        Some(Node { tree: self, at })
    }

    /// The open statement, report or notification.
    pub(super) fn open_statement(&self) -> Option<Node<'_, 's>> {
        ["Stmt", "Rpt", "Ntfctn"].into_iter().find_map(|name| self.open_node(name))
    }

    /// Text inside the innermost open element. Answers the length of its text so far, in bytes.
    pub(super) fn text(&mut self, part: Cow<'s, str>) -> usize {
        let Some(element) = self.open.last().and_then(|at| self.elements.get_mut(*at)) else { return 0 };
        if element.text.is_empty() {
            element.text = part;
        } else {
            element.text.to_mut().push_str(&part);
        }
        element.text.len()
    }

    /// The innermost open element ends; answers it.
    pub(super) fn close(&mut self) -> Option<Node<'_, 's>> {
        let at = self.open.pop()?;
        let end = self.elements.len();
        self.elements.get_mut(at)?.end = end;
        Some(Node { tree: self, at })
    }

    /// Cuts off everything from the element at `at` on, once it was read.
    pub(super) fn cut(&mut self, at: usize) {
        self.elements.truncate(at);
    }
}

/// An element of a tree that has ended, or an open one that is looked at from outside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t, 's> {
    tree: &'t Tree<'s>,
    at: usize,
}

impl<'t, 's> Node<'t, 's> {
    /// Its place in the list, for [`Tree::cut`].
    pub(super) fn place(self) -> usize {
        self.at
    }

    /// Where its tag begins in the text of the file.
    pub(super) fn offset(self) -> usize {
        self.element().offset
    }

    /// Its name without prefix.
    pub(super) fn name(self) -> &'s str {
        self.element().name
    }

    /// Its text without blanks around it; empty for an element of elements.
    pub(super) fn text(self) -> &'t str {
        self.element().text.trim()
    }

    /// Its `Ccy` attribute.
    pub(super) fn currency(self) -> Option<&'t str> {
        self.element().currency.as_deref()
    }

    /// The elements directly in it, in order.
    pub(super) fn children(self) -> impl Iterator<Item = Node<'t, 's>> {
        // An element that is still open ends where the list does.
        let bound = |end: usize| if end == 0 { self.tree.elements.len() } else { end };
        let (mut next, end) = (self.at + 1, bound(self.element().end));
        core::iter::from_fn(move || {
            let element = self.tree.elements.get(next).filter(|_| next < end)?;
            let child = Node { tree: self.tree, at: next };
            next = bound(element.end).max(next + 1);
            Some(child)
        })
    }

    /// The elements of one name directly in it.
    pub(super) fn all(self, name: &'t str) -> impl Iterator<Item = Node<'t, 's>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first element of one name directly in it.
    pub(super) fn child(self, name: &str) -> Option<Node<'t, 's>> {
        self.children().find(|child| child.name() == name)
    }

    /// The first element at the end of a path of names.
    pub(super) fn find(self, path: &[&str]) -> Option<Node<'t, 's>> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// The text at the end of a path of names; `None` where it is missing or blank.
    pub(super) fn text_at(self, path: &[&str]) -> Option<&'t str> {
        self.find(path).map(Node::text).filter(|text| !text.is_empty())
    }

    /// The same as an owned text.
    pub(super) fn string_at(self, path: &[&str]) -> Option<String> {
        self.text_at(path).map(str::to_owned)
    }

    fn element(self) -> &'t Element<'s> {
        &self.tree.elements[self.at]
    }
}
