//! That every rule of access is asked by something: the constants of the domain's `policy.rs` files, each named by its path in code that is no
//! test.

use crate::workspace::{Source, Workspace, judge};
use anyhow::Context;
use std::collections::{BTreeSet, HashMap};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Ident, Item, ItemUse, Macro, Path, Token, UseTree, Visibility};

/// A rule: its resource and its name.
type Rule = (String, String);

pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let sources: Vec<Source> = workspace.sources()?.into_iter().filter(|source| !source.is_test()).collect();
    let (mut rules, mut named) = (Vec::new(), BTreeSet::new());
    for source in &sources {
        let file = syn::parse_file(&source.text).with_context(|| source.path.clone())?;
        if let Some(resource) = resource_of(&source.path) {
            rules.extend(constants(&file).map(|name| (resource.to_owned(), name)));
        } else {
            let mut imports = Imports::default();
            imports.visit_file(&file);
            Uses { imports: imports.0, named: &mut named }.visit_file(&file);
        }
    }
    let unused = rules.iter().filter(|rule| !named.contains(*rule));
    let findings: Vec<String> =
        unused.map(|(resource, name)| format!("{resource}::policy::{name} is asked by nothing")).collect();
    judge("rules", &findings, "Ask the rule where the resource is read or changed, or delete it.")
}

fn resource_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/cc-domain/src/")?.strip_suffix("/policy.rs")
}

fn constants(file: &syn::File) -> impl Iterator<Item = String> {
    file.items.iter().filter_map(|item| match item {
        Item::Const(item) if matches!(item.vis, Visibility::Public(_)) => Some(item.ident.to_string()),
        _ => None,
    })
}

/// What the names that `use` brings into a file stand for.
#[derive(Default)]
struct Imports(HashMap<String, Vec<String>>);

impl Imports {
    fn add(&mut self, before: &[String], tree: &UseTree) {
        let with = |ident: &Ident| before.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.add(&with(&path.ident), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(before, tree)),
            UseTree::Name(name) if name.ident == "self" => {
                self.0.extend(before.last().map(|last| (last.clone(), before.to_vec())));
            }
            UseTree::Name(name) => drop(self.0.insert(name.ident.to_string(), with(&name.ident))),
            UseTree::Rename(as_) => drop(self.0.insert(as_.rename.to_string(), with(&as_.ident))),
            UseTree::Glob(_) => {}
        }
    }
}

impl Visit<'_> for Imports {
    fn visit_item_use(&mut self, item: &ItemUse) {
        self.add(&[], &item.tree);
    }
}

/// The rules that a file names.
struct Uses<'a> {
    imports: HashMap<String, Vec<String>>,
    named: &'a mut BTreeSet<Rule>,
}

impl Visit<'_> for Uses<'_> {
    fn visit_path(&mut self, path: &Path) {
        let mut names = path.segments.iter().map(|segment| segment.ident.to_string());
        let first = names.next().unwrap_or_default();
        let mut full = self.imports.get(&first).cloned().unwrap_or_else(|| vec![first]);
        full.extend(names);
        if let [.., resource, policy, name] = full.as_slice()
            && policy == "policy"
        {
            self.named.insert((resource.clone(), name.clone()));
        }
        visit::visit_path(self, path);
    }

    /// Into the arguments of a macro, where they are expressions: what a use case does in its transaction is one.
    fn visit_macro(&mut self, call: &Macro) {
        if let Ok(arguments) = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            for argument in &arguments {
                <Self as Visit<'_>>::visit_expr(self, argument);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named_in(text: &str) -> Vec<Rule> {
        let file = syn::parse_file(text).unwrap();
        let (mut imports, mut named) = (Imports::default(), BTreeSet::new());
        imports.visit_file(&file);
        Uses { imports: imports.0, named: &mut named }.visit_file(&file);
        named.into_iter().collect()
    }

    #[test]
    fn a_rule_is_named_by_its_path_only() {
        let space = [("space".to_owned(), "GET".to_owned())];
        for text in [
            "use cc_domain::space::{Space, policy}; fn f() { ask(&policy::GET) }",
            "use cc_domain::space::policy as rules; fn f() { ask(&rules::GET) }",
            "use cc_domain::space::{self, Space}; fn f() { ask(&space::policy::GET) }",
            "fn f() { ask(&cc_domain::space::policy::GET) }",
            "use cc_domain::space::policy; fn f() { transaction!(ports, |tx| { ask(tx, &policy::GET).await }) }",
        ] {
            assert_eq!(named_in(text), space, "{text}");
        }
        for text in [
            "use cc_domain::space::policy; /* policy::GET */ fn f() { ask(\"policy::GET\") }",
            "use cc_domain::space::policy; fn f() { ask(GET) }",
        ] {
            assert_eq!(named_in(text), [], "{text}");
        }
    }
}
