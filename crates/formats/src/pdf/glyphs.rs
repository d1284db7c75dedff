//! The letters on the pages of a PDF, each with its place.

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, TransformExt, interpret_page,
};
use kurbo::{Affine, BezPath, Point, Rect};

use super::{PdfLimits, PdfRefusal};

/// A letter, or several that are one glyph; places in points from the left and the top of the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Letter {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    /// The line it stands on.
    pub(super) base: f64,
    /// The height of its type.
    pub(super) size: f64,
}

/// The letters of each page that are written from left to right.
pub(super) fn of_pages(bytes: &[u8], limits: &PdfLimits) -> Result<Vec<Vec<Letter>>, PdfRefusal> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => PdfRefusal::Encrypted,
        LoadPdfError::Invalid => PdfRefusal::Damaged,
    })?;
    let pages = pdf.pages();
    if pages.len() > limits.pages {
        return Err(PdfRefusal::TooLarge(format!("{} pages, at most {} are read", pages.len(), limits.pages)));
    }
    let mut left = limits.letters;
    let mut found = Vec::new();
    for page in pages.iter() {
        let cache = InterpreterCache::new();
        let (width, height) = page.render_dimensions();
        let bounds = Rect::new(0.0, 0.0, width.into(), height.into());
        let settings = InterpreterSettings::default();
        let start = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(start, bounds, &cache, pdf.xref(), settings);
        let mut letters = Letters { found: Vec::new(), left };
        interpret_page(page, &mut context, &mut letters);
        left = letters.left;
        if left == 0 {
            return Err(PdfRefusal::TooLarge(format!("more than {} letters", limits.letters)));
        }
        found.push(letters.found);
    }
    Ok(found)
}

/// A device that keeps the letters it is to draw, and nothing else.
struct Letters {
    found: Vec<Letter>,
    left: usize,
}

impl Device<'_> for Letters {
    fn draw_glyph(&mut self, glyph: &Glyph<'_>, transform: Affine, of_glyph: Affine, _: &Paint<'_>, _: &GlyphDrawMode) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let text = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(letters)) => letters,
            None => return,
        };
        let place = transform * of_glyph;
        // A glyph is drawn on a grid of 1,000 units to the height of its type.
        let (advance, unit) = match glyph {
            Glyph::Outline(glyph) => (glyph.advance_width().unwrap_or(500.0), 1_000.0),
            Glyph::Type3(_) => (500.0, 1_000.0),
        };
        let from = place * Point::new(0.0, 0.0);
        let to = place * Point::new(f64::from(advance), 0.0);
        let up = place * Point::new(0.0, unit);
        let (size, across) = ((up - from).hypot(), to - from);
        let all = [from.x, from.y, to.x, size];
        // What is written upwards or askew stands in no line: a mark of the printer, a stamp.
        if all.iter().any(|place| !place.is_finite() || place.abs() > 1e6)
            || size < 0.5
            || across.y.abs() > across.x.abs()
        {
            return;
        }
        self.found.push(Letter { text, left: from.x, right: to.x.max(from.x), base: from.y, size });
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'_>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
