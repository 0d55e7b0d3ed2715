// The program's version, which manifests, reports and rehearsals record.

package enum Version {
  package static let number = "0.1.0"
}
