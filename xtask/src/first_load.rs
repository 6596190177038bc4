//! Which of the app's built files a browser fetches before the page can be used.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::inputs;

/// Comes when the page is in use, and fetches then what it keeps for later.
const SERVICE_WORKER: &str = "sw.js";

/// The page and what it loads before it can be used: files that it names, and what these name,
/// except scripts that are only imported dynamically, which come when they are wanted.
///
/// # Errors
/// The page is missing, or a file cannot be read.
pub fn files(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut there = Vec::new();
    inputs::walk(dist, &mut |file| {
        there.push(file.to_path_buf());
        Ok(())
    })?;
    let page = dist.join("index.html");
    ensure!(page.is_file(), "{} is missing", page.display());
    let mut loaded = vec![page];
    let mut next = 0;
    while let Some(file) = loaded.get(next).cloned() {
        next += 1;
        let extension = file.extension().and_then(|end| end.to_str()).unwrap_or_default();
        if !["html", "js", "mjs", "css"].contains(&extension) {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        for other in &there {
            let Some(name) = other.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if name != SERVICE_WORKER && !loaded.contains(other) && is_loaded_by(&text, name) {
                loaded.push(other.clone());
            }
        }
    }
    Ok(loaded)
}

/// Whether a file names another in any way but `import("...")` and Vite's list of what such
/// an import will want.
fn is_loaded_by(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = &text[..at];
        let quote = before.rfind(['"', '\'', '`']).unwrap_or(0);
        let before_quote = before[..quote].trim_end();
        let dynamic = before_quote.ends_with("import(");
        let in_list_for_dynamic = before.rfind("__vite__mapDeps").is_some_and(|list| !before[list..].contains(']'));
        !dynamic && !in_list_for_dynamic
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dynamic_import_is_not_first_load() {
        assert!(!is_loaded_by("x=()=>import(\"./pdf-1a.js\")", "pdf-1a.js"));
        assert!(!is_loaded_by(
            "const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=[\"assets/pdf-1a.js\",\"assets/pdf.css\"])))=>i;",
            "pdf.css"
        ));
        assert!(is_loaded_by("import{a}from\"./core-9.js\";", "core-9.js"));
        assert!(is_loaded_by("new URL(\"kakehashi_web_bg-1.wasm\",import.meta.url)", "kakehashi_web_bg-1.wasm"));
        assert!(is_loaded_by("<script type=module src=\"/assets/index-2.js\">", "index-2.js"));
    }
}
