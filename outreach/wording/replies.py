"""What the service itself answers, in English; locales/ has the same in each language, one catalog entry per key.

Each text stands under the gettext context "reply:KEY". Fields in braces are filled by wording/fields.py.
"""

REPLIES: dict[str, str] = {}
CATEGORY_NAMES: dict[str, str] = {}


def reply(context: str, text: str) -> None:
    """Declare a reply text. Babel extracts these calls, so both arguments are plain string literals."""
    REPLIES[context.removeprefix("reply:")] = text


def category(context: str, text: str) -> None:
    """Declare the name of a kind of help as families read it. Extracted like `reply`."""
    CATEGORY_NAMES[context.removeprefix("category:")] = text


# Stop, start, help, language
reply("reply:stopped", "{service}: You will get no more texts from us. If you want them again, text START.")
reply("reply:started", "{service}: Welcome. You will get our texts. Text STOP at any time to stop.")
reply(
    "reply:topic_stopped",  # {word} is the topic's keyword in the family's language, such as FAIR
    "{service}: You will get no more texts about {topic}. To get them again, text START {word}. "
    "To stop all our texts, text STOP.",
)
reply(
    "reply:topic_started",
    "{service}: You will get our texts about {topic}. To stop them, text STOP {word}. "
    "To stop all our texts, text STOP.",
)
# Names of topics, as they stand after "texts about".
reply("reply:topic_screenings", "health checks")
reply("reply:topic_health_fairs", "health fairs")
reply("reply:topic_parenting", "parenting")
reply("reply:topic_coping_skills", "coping skills")
reply(
    "reply:help",
    "{service}: Text FOOD and your ZIP for food near you (also HOUSING, DENTAL, JOBS). "
    "Text TALK and a person will call you. Text STOP to stop. Office: {phone}",
)
reply(
    "reply:language_set",
    "{service}: From now on we text you in {language}. Text HELP to see what you can ask.",
)
reply(
    "reply:language_missing",
    "{service}: We do not have texts in {language} yet. Text TALK and a person will call you with an interpreter.",
)

# Help nearby
reply("reply:resources_near", "{category} near {zip}:")
reply("reply:resources_any", "{category}:")
reply("reply:open_until", "open until {time}")
reply("reply:opens_at", "opens {day} {time}")
reply("reply:open_always", "open day and night")
reply("reply:hours_unsure", "call first to ask when they are open")
reply("reply:resources_more", "Text a number, like 1, to know more. Text MORE for other places or TALK for a call.")
reply("reply:resources_last", "Text a number, like 1, to know more. Text TALK and a person will call you.")
reply("reply:ask_zip", "{service}: What is your ZIP code? Text us the 5 numbers, like 02139.")
reply(
    "reply:unknown_zip",
    "{service}: We do not know ZIP code {zip}. Please check the 5 numbers and text them again.",
)
reply(
    "reply:resources_none",
    "{service}: We know of no open place for this near {zip} ({category}). Call 211, free, day and night. "
    "Or text TALK and a person will call you.",
)
reply(
    "reply:resources_end",
    "{service}: We know of no more places for this near {zip} ({category}). Call 211, free, day and night. "
    "Or text TALK and a person will call you.",
)
reply("reply:listing_who", "For: {who}")  # {who} is the directory's own note on whom a place serves
reply("reply:listing_languages", "Languages: {languages}")
reply("reply:listing_unchecked", "Please call first. We have not checked this in the past year.")
reply("reply:listing_foot", "If it is closed or wrong, text CLOSED {number}. Text MORE for other places.")
reply(
    "reply:listing_flagged",
    "{service}: Thank you for telling us. Our staff will check {place}. Text MORE for other places or TALK for a call.",
)
reply("reply:listing_which", "{service}: Which place do you mean? Text CLOSED and its number, like CLOSED 1.")

# A person calls back
reply(
    "reply:callback_promised",
    "{service}: Thank you. A person will call you by {when}. Best time? Text 1 morning, 2 afternoon, 3 evening. "
    "In danger? Call 911.",
)
reply(
    "reply:callback_promised_daytime",  # where nobody works in the evening
    "{service}: Thank you. A person will call you by {when}. Best time? Text 1 morning, 2 afternoon. "
    "In danger? Call 911.",
)
reply("reply:callback_already", "{service}: We have your request. A person will call you by {when}.")
reply(
    "reply:callback_time_set",
    "{service}: Thank you. A person will call you on {date}, between {start} and {end}.",
)
reply(
    "reply:callback_time_other",
    "{service}: We are sorry, we cannot call at that time. A person will call you by {when}.",
)
reply(
    "reply:callback_slipped",
    "{service}: We are sorry, we could not call you in time. A person will call you by {when}. "
    "If someone is in danger, call 911.",
)
reply("reply:callback_tried", "{service}: We called and could not reach you. We will call again by {when}.")
reply(
    "reply:callback_ended",
    "{service}: We called several times and could not reach you. Text TALK when you would like a call.",
)

# Crisis: fixed wording after the 988 and Action Alliance guidance; a clinician reviews it like any wording. 988 takes
# texts in English and Spanish alone: other languages say to call, and which language to ask for. No promise, no link.
reply(
    "reply:crisis",
    "This is an automatic answer; nobody watches texts here around the clock. If someone is in danger now, call 911. "
    "Help is there, and it works. To talk with a caring person now, call or text 988. It is free. "
    "We are telling our staff, so that someone can call you.",
)

# Events and series
reply("reply:rsvp_yes", "{service}: We look forward to seeing you! {event}: {date}, {time}, {place}.")
reply("reply:rsvp_no", "{service}: Thank you for telling us. We hope to see you another time.")
reply("reply:series_not_running", "{service}: This series is not running now. We will tell you when it starts.")
reply("reply:series_already", "{service}: You are already in this series. The next text will come by itself.")

# Stands in a campaign's text where the name of a family would, when we do not know it: "Hello {name}, ...".
reply("reply:no_name", "family")

# Everything else
reply(
    "reply:unknown",
    "{service}: Sorry, we did not understand. Text FOOD and your ZIP for food near you. "
    "Text TALK for a call from a person, HELP for more.",
)
reply(
    "reply:media",
    "{service}: We cannot open pictures or recordings here. Please write to us, or text TALK and a person will call.",
)

category("category:food", "Food")
category("category:housing", "Housing")
category("category:clothing", "Clothing")
category("category:jobs", "Jobs")
category("category:utilities", "Heat, light and water")
category("category:childcare", "Child care")
category("category:mental_health", "Someone to talk to")
category("category:dental", "Dental care")
category("category:vision", "Eye care")
category("category:immigration", "Immigration help")
category("category:parenting", "Help for parents")
category("category:coping", "Coping skills")
category("category:health", "Health care")
