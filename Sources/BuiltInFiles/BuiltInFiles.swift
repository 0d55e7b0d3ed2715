// Files of this project that the program carries along, so that it is one file wherever it is put. Each has its one
// source in the project's own directories, which are linked from here.

package enum BuiltInFiles {
  /// The scripts of `hooks/`, by the names that git gives to hooks.
  package static let hooks: [String: [UInt8]] = [
    "pre-commit": PackageResources.pre_commit,
    "pre-push": PackageResources.pre_push,
    "post-checkout": PackageResources.post_checkout,
  ]
}
