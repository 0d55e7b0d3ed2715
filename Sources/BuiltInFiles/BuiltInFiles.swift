// Files of this project that are embedded into the program, so that the program is a single file. Each exists once in the
// project's own directories, to which this target has links.

package enum BuiltInFiles {
  /// The scripts of `hooks/`, by git's names for hooks.
  package static let hooks: [String: [UInt8]] = [
    "pre-commit": PackageResources.pre_commit,
    "pre-push": PackageResources.pre_push,
    "post-checkout": PackageResources.post_checkout,
  ]

  /// The scripts of `completions/`, by the names of the shells.
  package static let completions: [String: [UInt8]] = [
    "bash": PackageResources.checkpoint_bash,
    "zsh": PackageResources.checkpoint_zsh,
    "fish": PackageResources.checkpoint_fish,
  ]

  /// The template of a stage's folder, from `stages/template/`, in the order in which the files are made.
  package static let stageTemplate: [(name: String, text: [UInt8])] = [
    ("README.md", PackageResources.README_md),
    ("progress.md", PackageResources.progress_md),
    ("rollback.md", PackageResources.rollback_md),
  ]
}
