// What the cache knows of one checkpoint, with the identities of the files that it was read from.

struct ListingRecord {
  /// The manifest's file name.
  var name: [UInt8]
  var manifest: FileIdentity
  /// nil if there are none.
  var notes: FileIdentity?
  var entry: ListEntry
}
