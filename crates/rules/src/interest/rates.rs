//! Dated reference rates of the statutory rules, each row with the page it was read from.
//!
//! A half-year that could not be sourced is not here: the table ends, and the rule answers that the rate is unknown.

use jiff::civil::date;

use super::{ReferenceRate, Source};

/// A row of a table: the reference rate from a day on.
const fn row(year: i16, month: i8, day: i8, reference_bp: i32, source: &'static Source) -> ReferenceRate {
    ReferenceRate { from: date(year, month, day), reference_bp, source }
}

static PAY_ON_TIME: Source = Source {
    title: "Pay on Time, reference rates of the 1998 Act by half-year",
    url: "https://payontime.co.uk/how-to-calculate-late-payment-interest-and-compensation",
};
static BBC_2024_06: Source = Source {
    title: "BBC, 20 June 2024: Bank of England holds its rate at 5.25% (next decision in August)",
    url: "https://feeds.bbci.co.uk/news/live/c033rlenvjet",
};
static FOCUS_ECONOMICS_2024_12: Source = Source {
    title: "FocusEconomics: Bank Rate held at 4.75% on 19 December 2024, its value at the end of the year",
    url: "https://focus-economics.com/country-indicator/united-kingdom/interest-rate-1",
};
static INVESTMENT_WEEK_2025_06: Source = Source {
    title: "Investment Week, 19 June 2025: Bank Rate held at 4.25%, next decision in August",
    url: "https://www.investmentweek.co.uk/news/4515181/bank-england-leaves-interest-rates-unchanged",
};
static FINISTRY_2025_12: Source = Source {
    title: "Finistry: Bank Rate cut to 3.75% on 18 December 2025",
    url: "https://finistry.co.uk/learn/updates/hmrc-interest-rates-december-2025",
};
static TITAN_FX_2026_06: Source = Source {
    title: "Titan FX: Bank Rate held at 3.75% on 18 June 2026, next decision on 30 July",
    url: "https://research.titanfx.com/central-bank-watch/boe-monetary-policy",
};
static IE_MINISTRY: Source = Source {
    title: "Department of Enterprise, Trade and Employment: late payment interest rate since 16 March 2013",
    url: "https://enterprise.gov.ie/en/What-We-Do/Supports-for-SMEs/Late-Payments/Late-Payment-Interest-Rate-",
};
static BANK_OF_SLOVENIA: Source = Source {
    title: "Bank of Slovenia, ECB interest rates: 3.15% from 18 December 2024 to 4 February 2025",
    url: "http://www.bsi.si./en/ecb-interest-rates",
};
static EXTREMNEWS_2025_06: Source = Source {
    title: "ExtremNews: ECB main refinancing rate 2.15% from 11 June 2025",
    url: "https://www.extremnews.com/nachrichten/wirtschaft/81ce1a1070b9e27",
};
static TAYLOR_RYAN_2026: Source = Source {
    title: "Taylor Ryan: late payment rate 10.15% from 1 January to 30 June 2026",
    url: "https://taylorryan.ie/did-you-know-you-can-charge-interest-on-late-payments-in-ireland/",
};
static BANKTIP_2015_12: Source = Source {
    title: "Banktip, December 2015: default rate for consumers 4.17% since 1 January 2015 (base rate −0.83%)",
    url: "https://banktip.de/geldanlage/news/basiszinssatz-unveraendert-bei-minus-083-prozent",
};
static KASSENVERWALTER_2016_01: Source = Source {
    title: "Bundesbank notice of 29 December 2015, as printed by kassenverwalter.de: −0.83%, before −0.83%",
    url: "https://kassenverwalter.de/2016/01/08/basiszinssatz-zum-01-07-2015-bleibt-unveraendert/",
};
static BOERSEN_ZEITUNG_2016_06: Source = Source {
    title: "Börsen-Zeitung: base rate falls on 1 July 2016 from −0.83% to −0.88%",
    url: "https://boersen-zeitung.de/banken-finanzen/basiszins-sinkt-auf-minus-088-prozent",
};
static STB_BRUNS_2023_01: Source = Source {
    title: "StB Bruns: base rate −0.88% since 1 July 2016, 1.62% from 1 January 2023",
    url: "https://stb-bruns.com/basiszinssatz-wurde-angepasst/",
};
static IHK_KASSEL_2024_01: Source = Source {
    title: "IHK Kassel: base rate 3.62% from 1 January 2024, before 3.12%",
    url: "https://news.kassel.ihk.de/d?p000c30i000o4mb0c0000oiy000000000cqjipo7cgz432zy0q6dl0fy00000g00000003kvd6i",
};
static BGB_247_2024_07: Source = Source {
    title: "BGB 247(1): 3.62% less the fall of the ECB main refinancing rate from 4.50% to 4.25% (ECB key rates)",
    url: "https://www.banque-france.fr/en/policy-rates",
};
static IWW_2025_07: Source = Source {
    title: "IWW: base rate lowered on 1 July 2025 from 2.27% to 1.27%",
    url: "https://www.iww.de/ak/wirtschaftlichkeit/aktuelle-gesetzgebung-basiszinssatz-sinkt-zum-1725-auf-127-prozent-f168236",
};
static FINANZMARKT_2025_12: Source = Source {
    title: "Finanzmarktnachrichten: base rate unchanged at 1.27% from 1 January 2026",
    url: "https://finanzmarktnachrichten.de/basiszinssatz-bleibt-ab-1-januar-2026-bei-127",
};

/// Bank of England base rate of the last day before each half-year, basis points.
pub(super) static BANK_OF_ENGLAND: &[ReferenceRate] = &[
    row(2011, 7, 1, 50, &PAY_ON_TIME),
    row(2012, 1, 1, 50, &PAY_ON_TIME),
    row(2012, 7, 1, 50, &PAY_ON_TIME),
    row(2013, 1, 1, 50, &PAY_ON_TIME),
    row(2013, 7, 1, 50, &PAY_ON_TIME),
    row(2014, 1, 1, 50, &PAY_ON_TIME),
    row(2014, 7, 1, 50, &PAY_ON_TIME),
    row(2015, 1, 1, 50, &PAY_ON_TIME),
    row(2015, 7, 1, 50, &PAY_ON_TIME),
    row(2016, 1, 1, 50, &PAY_ON_TIME),
    row(2016, 7, 1, 50, &PAY_ON_TIME),
    row(2017, 1, 1, 25, &PAY_ON_TIME),
    row(2017, 7, 1, 25, &PAY_ON_TIME),
    row(2018, 1, 1, 50, &PAY_ON_TIME),
    row(2018, 7, 1, 50, &PAY_ON_TIME),
    row(2019, 1, 1, 75, &PAY_ON_TIME),
    row(2019, 7, 1, 75, &PAY_ON_TIME),
    row(2020, 1, 1, 75, &PAY_ON_TIME),
    row(2020, 7, 1, 10, &PAY_ON_TIME),
    row(2021, 1, 1, 10, &PAY_ON_TIME),
    row(2021, 7, 1, 10, &PAY_ON_TIME),
    row(2022, 1, 1, 25, &PAY_ON_TIME),
    row(2022, 7, 1, 125, &PAY_ON_TIME),
    row(2023, 1, 1, 350, &PAY_ON_TIME),
    row(2023, 7, 1, 500, &PAY_ON_TIME),
    row(2024, 1, 1, 525, &PAY_ON_TIME),
    row(2024, 7, 1, 525, &BBC_2024_06),
    row(2025, 1, 1, 475, &FOCUS_ECONOMICS_2024_12),
    row(2025, 7, 1, 425, &INVESTMENT_WEEK_2025_06),
    row(2026, 1, 1, 375, &FINISTRY_2025_12),
    row(2026, 7, 1, 375, &TITAN_FX_2026_06),
];

/// ECB main refinancing rate in force on the first day of each half-year, basis points.
pub(super) static ECB_MAIN_REFINANCING: &[ReferenceRate] = &[
    row(2013, 3, 16, 75, &IE_MINISTRY),
    row(2013, 7, 1, 50, &IE_MINISTRY),
    row(2014, 1, 1, 25, &IE_MINISTRY),
    row(2014, 7, 1, 15, &IE_MINISTRY),
    row(2015, 1, 1, 5, &IE_MINISTRY),
    row(2015, 7, 1, 5, &IE_MINISTRY),
    row(2016, 1, 1, 5, &IE_MINISTRY),
    row(2016, 7, 1, 0, &IE_MINISTRY),
    row(2017, 1, 1, 0, &IE_MINISTRY),
    row(2017, 7, 1, 0, &IE_MINISTRY),
    row(2018, 1, 1, 0, &IE_MINISTRY),
    row(2018, 7, 1, 0, &IE_MINISTRY),
    row(2019, 1, 1, 0, &IE_MINISTRY),
    row(2019, 7, 1, 0, &IE_MINISTRY),
    row(2020, 1, 1, 0, &IE_MINISTRY),
    row(2020, 7, 1, 0, &IE_MINISTRY),
    row(2021, 1, 1, 0, &IE_MINISTRY),
    row(2021, 7, 1, 0, &IE_MINISTRY),
    row(2022, 1, 1, 0, &IE_MINISTRY),
    row(2022, 7, 1, 0, &IE_MINISTRY),
    row(2023, 1, 1, 250, &IE_MINISTRY),
    row(2023, 7, 1, 400, &IE_MINISTRY),
    row(2024, 1, 1, 450, &IE_MINISTRY),
    row(2024, 7, 1, 425, &IE_MINISTRY),
    row(2025, 1, 1, 315, &BANK_OF_SLOVENIA),
    row(2025, 7, 1, 215, &EXTREMNEWS_2025_06),
    row(2026, 1, 1, 215, &TAYLOR_RYAN_2026),
];

/// Basiszinssatz of BGB 247, basis points. It begins where the margin of 9 points does (debts after 28 July 2014).
pub(super) static BASISZINSSATZ: &[ReferenceRate] = &[
    row(2015, 1, 1, -83, &BANKTIP_2015_12),
    row(2015, 7, 1, -83, &KASSENVERWALTER_2016_01),
    row(2016, 1, 1, -83, &KASSENVERWALTER_2016_01),
    row(2016, 7, 1, -88, &BOERSEN_ZEITUNG_2016_06),
    row(2017, 1, 1, -88, &STB_BRUNS_2023_01),
    row(2017, 7, 1, -88, &STB_BRUNS_2023_01),
    row(2018, 1, 1, -88, &STB_BRUNS_2023_01),
    row(2018, 7, 1, -88, &STB_BRUNS_2023_01),
    row(2019, 1, 1, -88, &STB_BRUNS_2023_01),
    row(2019, 7, 1, -88, &STB_BRUNS_2023_01),
    row(2020, 1, 1, -88, &STB_BRUNS_2023_01),
    row(2020, 7, 1, -88, &STB_BRUNS_2023_01),
    row(2021, 1, 1, -88, &STB_BRUNS_2023_01),
    row(2021, 7, 1, -88, &STB_BRUNS_2023_01),
    row(2022, 1, 1, -88, &STB_BRUNS_2023_01),
    row(2022, 7, 1, -88, &STB_BRUNS_2023_01),
    row(2023, 1, 1, 162, &STB_BRUNS_2023_01),
    row(2023, 7, 1, 312, &IHK_KASSEL_2024_01),
    row(2024, 1, 1, 362, &IHK_KASSEL_2024_01),
    row(2024, 7, 1, 337, &BGB_247_2024_07),
    row(2025, 1, 1, 227, &IWW_2025_07),
    row(2025, 7, 1, 127, &IWW_2025_07),
    row(2026, 1, 1, 127, &FINANZMARKT_2025_12),
];
