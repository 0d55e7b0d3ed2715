// `checkpoint notify`: notices of what happens by itself.

extension Command {
  static let notify = Command(
    name: "notify",
    summary: "try whether notices of failures arrive: by command, mail or webhook",
    details: """
      Hooks, the schedule and the process in the background tell what failed, and that it works again, by
      each way that is set: checkpoint.notify.command, checkpoint.notify.mail (an address),
      checkpoint.notify.webhook (Slack, Discord, Telegram, ntfy, or JSON for others; or the variable
      CHECKPOINT_WEBHOOK). A failure that goes on is told once a day.
      """,
    examples: ["checkpoint notify test"],
    exitCodes: [.done, .failed, .usage, .noRepository]
  ).with(subcommands: [.notifyTest])
}
