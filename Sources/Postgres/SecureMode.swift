// How a connection is secured, in drivers' words and libpq's.

/// What drivers call how a connection is secured, in libpq's words.
enum SecureMode {
  static func mode(_ value: String) -> String? {
    let plain = value.lowercased().filter { $0.isLetter || $0.isNumber }
    switch plain {
    case "disable", "disabled", "false", "0", "no", "off": return "disable"
    case "allow", "prefer", "require": return plain
    case "preferred": return "prefer"
    case "required", "true", "1", "yes", "on", "noverify": return "require"
    case "verifyca": return "verify-ca"
    case "verifyfull": return "verify-full"
    // Node's options, as a URL holds them.
    default: return value.hasPrefix("{") && value.hasSuffix("}") ? "require" : nil
    }
  }
}
