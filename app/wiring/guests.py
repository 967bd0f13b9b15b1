"""What is asked of others: the company's own systems as tools, and the web pages and folders documents come from."""

import shlex
from functools import partial

from app.adapters.secret_box import SecretBox
from app.adapters.tool_servers import ToolServers
from app.adapters.web import AddressRules, SafeWeb
from app.answering import Fresh, Versions
from app.answering.tools import KIND as TOOLS_KIND
from app.answering.tools import ToolRegistry, load_catalogue
from app.kernel.database import Database
from app.kernel.settings import Settings, signing_secret
from app.knowledge import DocumentTools
from app.knowledge.feeds import FeedTools, FolderRoots


def feeds_of(settings: Settings, documents: DocumentTools) -> FeedTools:
    """What keeps documents in step with folders and web pages."""
    rules = AddressRules(settings.sync_allow_nets, settings.sync_ports)
    web = SafeWeb(rules, settings.sync_agent, time_s=settings.sync_time_s)
    return FeedTools(documents, web, FolderRoots(settings.sync_roots), settings.sync_agent, settings.sync_limit_mb)


def registry_of(settings: Settings, database: Database, versions: Versions) -> ToolRegistry:
    """The company's own systems and how they are called."""
    box = SecretBox(signing_secret(settings))
    named = (entry.partition("=") for entry in settings.mcp_commands.split(";") if entry.strip())
    programs = {name.strip(): tuple(shlex.split(line)) for name, _, line in named}
    catalogue = Fresh(versions, TOOLS_KIND, partial(load_catalogue, database, box))
    return ToolRegistry(database, box, ToolServers(settings.tool_hosts, programs), versions, catalogue, programs)
