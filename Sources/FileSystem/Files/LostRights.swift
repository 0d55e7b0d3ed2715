// Owners, access lists and attributes that could not be given back to a file.

/// Something that could not be given back to a file.
package struct LostRights: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case owner
    case accessList = "access list"
    case capability = "capabilities"
    case attribute = "extended attributes"

    init(_ name: BytePath) {
      switch name {
      case ExtendedAttributes.accessList, ExtendedAttributes.defaultAccessList: self = .accessList
      case ExtendedAttributes.capability: self = .capability
      default: self = .attribute
      }
    }
  }

  package var path: BytePath
  package var kind: Kind
  package var reason: String

  package init(path: BytePath, kind: Kind, reason: String) {
    self.path = path
    self.kind = kind
    self.reason = reason
  }
}
