"""`frontdesk bot check`: what is wrong with a bot's files."""

from frontdesk.app.commands.bot_files import Folder, loaded, loaded_stories
from frontdesk.app.console import counted, say


def check_folder(folder: Folder) -> None:
    checked = loaded(folder)
    loaded_stories(checked)
    bot = checked.bot
    holds = f"{counted(len(bot.flows), 'flow')}, {counted(len(bot.actions), 'action')}"
    say(f"{bot.name} ({bot.id}) loads: {holds}, {counted(len(bot.warnings), 'warning')}.")
