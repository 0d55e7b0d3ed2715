// The settings of [notify]. Where notices go is the user's own: what comes with a repository must not send anything elsewhere.

extension SettingKey where Value == String?, Failure == Never {
  package static var notifyCommand: Self {
    command(
      Setting(
        "command", in: "notify", example: "COMMAND",
        "Runs for each notice, with the facts as CHECKPOINT_EVENT, CHECKPOINT_OPERATION, CHECKPOINT_MESSAGE and others in its environment, and as JSON on its standard input."
      ))
  }

  package static var notifyMail: Self {
    text(
      .text,
      Setting(
        "mail", in: "notify", isPersonal: true,
        "The address that notices are mailed to, by the system's sendmail; several with commas."))
  }

  package static var notifyWebhook: Self {
    text(
      .webhook,
      Setting(
        "webhook", in: "notify", isPersonal: true,
        "The web address that notices are sent to, by curl. Without it the variable CHECKPOINT_WEBHOOK."))
  }
}

extension SettingKey where Value == Int, Failure == Settings.Invalid {
  package static var notifyTimeout: Self {
    seconds(10, in: 1...3600, Setting("timeout", in: "notify", "How long the command may take."))
  }
}

extension SettingKey where Value == String, Failure == Settings.Invalid {
  package static var notifyForm: Self {
    choice(
      "auto", of: ["auto", "slack", "discord", "telegram", "ntfy", "json"],
      Setting(
        "form", in: "notify", isPersonal: true,
        "What the web address expects. “auto” knows the services' own addresses, and is json elsewhere."))
  }
}

extension SettingKey where Value == Bool, Failure == Settings.Invalid {
  package static var notifySuccess: Self {
    flag(
      false,
      Setting(
        "success", in: "notify", isPersonal: true, "Scheduled checkpoints that succeeded are told, too.")
    )
  }
}
