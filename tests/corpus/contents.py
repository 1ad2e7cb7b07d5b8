"""What the generated reports say: one description for all formats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A heading (``level`` 1 is the title), paragraph, bullet, numbered item or table.
    ``strong`` text is bold; ``hidden`` text is white."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    strong: bool = False
    hidden: bool = False


def h(level: int, text: str) -> Item:
    return Item("heading", text, level)


def p(text: str, strong: bool = False) -> Item:
    return Item("paragraph", text, strong=strong)


def b(text: str, depth: int = 0) -> Item:
    return Item("bullet", text, depth)


def n(text: str) -> Item:
    return Item("number", text)


def t(*rows: tuple[str, ...]) -> Item:
    return Item("table", rows=rows)


def hidden(text: str) -> Item:
    return Item("paragraph", text, hidden=True)


DURHAM = (
    h(1, "Durham PEEL 2016"),
    h(2, "Effectiveness"),
    p("Last updated 02/03/2017"),
    p("Good", strong=True),
    h(3, "How effective is the force at keeping people safe and reducing crime?"),
    p("The extent to which the force is effective at keeping people safe and reducing crime is: "
      "good."),
    p("Durham Constabulary plans its patrols around demand. Our overall judgment is the same as "
      "last year, when we judged the force to be good in respect of effectiveness."),
    h(3, "Questions for Effectiveness"),
    h(3, "How effective is the force at preventing crime, tackling anti-social behaviour and "
         "keeping people safe?"),
    p("Outstanding", strong=True),
    p("The force uses analysts, volunteers and council data to stop problems from coming back. "
      "Neighbourhood teams understand their communities, and they work with schools, housing "
      "associations and health services on long-term problems. Supervisors review each plan after "
      "six weeks, which keeps responsibilities clear throughout the organisation."),
    p("We found that the force:"),
    b("solves problems with the people who live with them; and"),
    b("reviews each plan after six weeks, together with neighbourhood representatives and the "
      "partners who contributed to it."),
    h(3, "How effective is the force at investigating crime and reducing re-offending?"),
    p("The extent to which the force investigates crime and reduces re-offending requires "
      "improvement."),
    p("Investigations by detectives are thorough. Those by response officers are not, and too few "
      "are checked by a sergeant. Digital examinations are delayed because the constabulary has "
      "underestimated demand."),
    h(4, "Areas for improvement"),
    b("The force should ensure that supervisors check investigations regularly."),
    b("The force should retrieve evidence from phones without undue delay."),
    h(3, "How effective is the force at protecting those who are vulnerable from harm, and "
         "supporting victims?"),
    p("Good", strong=True),
    p("Victims are assessed at the first call."),
    h(4, "Cause of concern"),
    p("Some high-risk domestic abuse cases are downgraded without a reason being recorded. This "
      "leaves victims exposed."),
    h(4, "Recommendations"),
    p("The force should, by 30 June 2017:"),
    b("review every case downgraded since January; and"),
    b("make sure that a supervisor agrees each change."),
    h(3, "How effective is the force at tackling serious and organised crime?"),
    p("Not yet graded", strong=True),
    p("This part of the inspection takes place later in the year."),
)

HUMBERSIDE = (
    h(1, "PEEL 2021/22: An inspection of Humberside Police"),
    p("Published on 21 September 2022"),
    h(2, "Overall summary"),
    h(3, "Our judgments"),
    p("Our inspection assessed how good Humberside Police is in nine areas of policing. We make "
      "graded judgments in eight of these nine as follows:"),
    t(("Area", "Grade"),
      ("Engaging with and treating the public with fairness and respect", "Good"),
      ("Preventing crime and anti-social behaviour", "Outstanding"),
      ("Investigating crime", "Requires improvement"),
      ("Protecting vulnerable people", "Inadequate"),
      ("Supporting victims", "Adequate")),
    h(2, "HM Inspector’s observations"),
    p("I congratulate Humberside Police on its performance in keeping people safe. I am concerned "
      "about how long the force takes to investigate crimes against children."),
    h(2, "Engaging with and treating the public with fairness and respect"),
    p("Good", strong=True),
    p("Humberside Police is good at treating people fairly and with respect."),
    h(3, "Area for improvement"),
    p("The force should make sure that officers record their reasons for every stop and search. "
      "In 31 of the 220 records that we read, the grounds were missing or too short. A member of "
      "the public couldn’t have known why they had been searched."),
    h(3, "The force listens to its communities"),
    p("Each ward has a named officer. Residents set the priorities at a meeting every three "
      "months."),
    h(3, "Innovative practice"),
    p("The force lets residents choose how the money recovered from criminals is spent. Each "
      "year, people vote online for projects in their ward. In 2021, more than 4,000 people "
      "voted."),
    h(2, "Investigating crime"),
    p("Requires improvement", strong=True),
    p("Humberside Police requires improvement at investigating crime."),
    h(3, "Areas for improvement"),
    h(4, "The force should make sure that investigations are supervised to a consistent standard"),
    p("In our audit, a third of the files had no supervisor’s entry. Some victims waited for "
      "weeks to hear from an officer."),
    h(4, "The force should reduce the time that digital examinations take"),
    p("Phones wait for four months on average. That’s longer than in similar forces."),
    h(2, "Protecting vulnerable people"),
    p("Inadequate", strong=True),
    p("Humberside Police is inadequate at protecting vulnerable people."),
    h(3, "Cause of concern"),
    p("The force’s response to missing children is a cause of concern. Children who go missing "
      "often are seen as low risk. Nobody checks whether they are being exploited."),
    h(3, "Recommendations"),
    p("Within three months, the force should:"),
    b("make sure that each missing child is assessed by a trained supervisor;"),
    b("hold a return interview within 72 hours; and"),
    b("share what it learns with the local authority."),
    n("Within six months, Humberside Police should review all open cases."),
    n("Within six months, Humberside Police should report its progress to us."),
    h(2, "About the data"),
    p("Data in this report come from a range of sources, including returns made by forces."),
)

COUNCIL = (
    h(1, "Borough of Thornwick Council: scrutiny review of street cleaning"),
    p("March 2021"),
    h(2, "1. Background"),
    p("The panel was asked in July 2020 to look at street cleaning. It met five times and heard "
      "from 22 witnesses."),
    h(3, "1.1 Terms of reference"),
    p("The review covers litter, fly-tipping and the cleaning of gullies."),
    h(2, "2. Findings"),
    p("The cleaning contract is managed well. However, complaints about fly-tipping have doubled "
      "since 2018."),
    t(("Measure", "2018", "2020"), ("Complaints about fly-tipping", "410", "823"),
      ("Streets inspected", "1,204", "988")),
    p("The panel found that:"),
    b("crews leave on time;"),
    b("the reporting app has two faults:"),
    b("it loses pictures; and", 1),
    b("it sends reports to the wrong depot.", 1),
    b("there are six depots."),
    h(2, "3. Recommendations"),
    p("The panel recommends that:"),
    n("the Cabinet Member should review the contract before it is renewed in 2022;"),
    n("officers publish response times each month; and"),
    n("the council replaces its reporting app."),
    h(2, "4. Next steps"),
    p("The Cabinet will respond within two months."),
)

REPORTS = {"durham-2016": DURHAM, "humberside-2021-22": HUMBERSIDE, "thornwick-2021": COUNCIL}
