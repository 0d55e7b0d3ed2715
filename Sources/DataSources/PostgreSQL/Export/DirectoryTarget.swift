// pg_dump's directory format: a file for each table and each large object.

import Codecs
import FileSystem
import Glibc

final class DirectoryTarget: ArchiveTarget {
  let container = DeflateContainer.gzip
  private let directory: NewFile
  private let files: any FileOperations
  private let header: ArchiveHeader
  private var file: OpenFile?
  private var objects: OpenFile?

  init(_ contents: ArchiveContents, _ directory: NewFile, files: any FileOperations) throws {
    (self.directory, self.files, header) = (directory, files, contents.header)
    try files.write(contents.encoded, to: directory.makeFile("toc.dat"))
  }

  /// The list of large objects. Before version 1.16 there is only one, with a fixed name.
  static func objectList(_ entry: Int, _ header: ArchiveHeader) -> String {
    header.minorVersion >= 16 ? "blobs_\(entry).toc" : "blobs.toc"
  }

  func write(_ bytes: [UInt8]) throws { if let file { try files.write(bytes, to: file) } }
  func beginData(_ entry: Int) throws { file = try directory.makeFile(BytePath("\(entry).dat.gz")) }
  func endData() throws { file = nil }
  func endObject() throws { file = nil }
  func endObjects() throws { objects = nil }

  func beginObjects(_ entry: Int) throws {
    objects = try directory.makeFile(BytePath(Self.objectList(entry, header)))
  }

  func beginObject(_ oid: Int) throws {
    file = try directory.makeFile(BytePath("blob_\(oid).dat.gz"))
    if let objects { try files.write(Array("\(oid) blob_\(oid).dat\n".utf8), to: objects) }
  }
}
