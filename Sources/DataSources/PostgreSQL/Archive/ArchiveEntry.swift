// One entry of an archive's table of contents: an object of the database with the statements that make and drop it, or the
// data of one. Texts are bytes in the database's encoding; `name` and `schema` are decoded.

package struct ArchiveEntry: Sendable, Equatable {
  package enum Location: Sendable, Equatable {
    /// In a custom archive: the state of the offset (1 not known yet, 2 known, 3 no data), and the offset.
    case offset(state: UInt8, UInt64)
    /// In a directory: the file's name.
    case file([UInt8]?)
    case none
  }

  package enum Section: Int, Sendable {
    case none = 1
    case preData, data, postData
  }

  package var dumpID: Int
  package var hasDumper: Bool
  package var catalogOID: Int
  package var objectOID: Int
  package var tag: [UInt8]?
  /// “TABLE”, “FK CONSTRAINT”, “SEQUENCE SET” …
  package var kind: String
  package var section: Int
  package var definition: [UInt8]?
  package var dropStatement: [UInt8]?
  package var copyStatement: [UInt8]?
  package var namespace: [UInt8]?
  package var tablespace: [UInt8]?
  package var accessMethod: [UInt8]?
  /// From version 1.16.
  package var relationKind: Int
  package var owner: [UInt8]?
  package var withOIDs: [UInt8]?
  package var dependencies: [Int]
  package var location: Location
  /// The tag, decoded.
  package var name = ""
  /// The namespace, decoded.
  package var schema: String?

  init(_ input: ArchiveInput, _ header: ArchiveHeader) throws {
    dumpID = try input.integer()
    hasDumper = try input.integer() != 0
    (catalogOID, objectOID) = (try input.textNumber(), try input.textNumber())
    tag = try input.text()
    kind = String(decoding: try input.text() ?? [], as: UTF8.self)
    section = try input.integer()
    (definition, dropStatement, copyStatement) = (try input.text(), try input.text(), try input.text())
    (namespace, tablespace) = (try input.text(), try input.text())
    accessMethod = header.minorVersion >= 14 ? try input.text() : nil
    relationKind = header.minorVersion >= 16 ? try input.integer() : 0
    (owner, withOIDs) = (try input.text(), try input.text())
    dependencies = []
    while let text = try input.text() {
      guard let number = Int(String(decoding: text, as: UTF8.self)) else {
        throw ArchiveProblem.damaged("a dependency of \(dumpID) is no number")
      }
      dependencies.append(number)
    }
    switch header.format {
    case .custom:
      location = .offset(state: try input.byte(), try input.magnitude(input.offsetByteCount))
    case .directory, .tar: location = .file(try input.text())
    }
  }

  func write(to output: inout ArchiveOutput, _ header: ArchiveHeader) {
    output.integer(dumpID)
    output.integer(hasDumper ? 1 : 0)
    output.text("\(catalogOID)")
    output.text("\(objectOID)")
    output.text(tag)
    output.text(kind)
    output.integer(section)
    for text in [definition, dropStatement, copyStatement, namespace, tablespace] { output.text(text) }
    if header.minorVersion >= 14 { output.text(accessMethod) }
    if header.minorVersion >= 16 { output.integer(relationKind) }
    output.text(owner)
    output.text(withOIDs)
    for dependency in dependencies { output.text("\(dependency)") }
    output.text(nil)
    switch location {
    case .offset(let state, let place):
      output.byte(state)
      output.offset(place)
    case .file(let name): output.text(name)
    case .none: break
    }
  }
}
