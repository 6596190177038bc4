//! Plots as SVG: lines through measured points, from zero.

use std::fmt::Write;

/// One plot.
pub struct Plot {
    /// What is shown.
    pub title: String,
    /// Where the line goes through, from left to right.
    pub points: Vec<(f64, f64)>,
}

/// Plots in a row.
const COLUMNS: usize = 3;
/// Size of a plot with all around it.
const SIZE: (f64, f64) = (330.0, 220.0);
/// Left and above the axes.
const MARGIN: (f64, f64) = (56.0, 34.0);
/// Size of what lies between the axes.
const INNER: (f64, f64) = (250.0, 150.0);

/// Draws plots side by side; those without points are left out.
#[must_use]
pub fn draw(plots: &[Plot]) -> String {
    let plots: Vec<&Plot> = plots.iter().filter(|plot| !plot.points.is_empty()).collect();
    let (width, height) = (SIZE.0 * COLUMNS as f64, SIZE.1 * plots.len().div_ceil(COLUMNS) as f64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"10\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (index, plot) in plots.into_iter().enumerate() {
        let (x, y) = ((index % COLUMNS) as f64 * SIZE.0 + MARGIN.0, (index / COLUMNS) as f64 * SIZE.1 + MARGIN.1);
        // Writing to memory does not fail.
        let _ = writeln!(svg, "<g transform=\"translate({x} {y})\">\n{}</g>", one(plot));
    }
    svg.push_str("</svg>\n");
    svg
}

fn one(plot: &Plot) -> String {
    let most = plot.points.iter().fold((f64::MIN_POSITIVE, f64::MIN_POSITIVE), |most, point| (most.0.max(point.0), most.1.max(point.1)));
    let place = |&(x, y): &(f64, f64)| (x / most.0 * INNER.0, INNER.1 - y / most.1 * INNER.1);
    let mut text = format!(
        "<text x=\"{}\" y=\"-16\" font-size=\"11\" font-weight=\"bold\">{}</text>\n<path d=\"M0 0V{}H{}\" fill=\"none\" stroke=\"#999\"/>\n",
        -MARGIN.0 / 2.0,
        plot.title,
        INNER.1,
        INNER.0
    );
    let line: Vec<String> = plot.points.iter().map(place).map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    let _ = writeln!(text, "<path d=\"M{}\" fill=\"none\" stroke=\"#1d4ed8\" stroke-width=\"2\"/>", line.join("L"));
    for point in &plot.points {
        let (x, y) = place(point);
        let _ = write!(text, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"#1d4ed8\"/>");
        let _ = write!(text, "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>", y - 6.0, point.1);
        let _ = writeln!(text, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{}</text>", INNER.1 + 13.0, point.0);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_lies_at_the_top_right_and_nothing_is_drawn_of_nothing() {
        let plots = [Plot { title: "p".into(), points: vec![(5.0, 1.0), (10.0, 4.0)] }, Plot { title: "none".into(), points: Vec::new() }];
        let svg = draw(&plots);
        assert!(svg.contains("M125.0 112.5L250.0 0.0"), "{svg}");
        assert!(!svg.contains("none<"), "{svg}");
    }
}
