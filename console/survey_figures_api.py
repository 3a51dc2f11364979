"""What the surveys of a span of months say (D-20 to D-24)."""

from pydantic import BaseModel

from console.asked import Asked
from console.logins import Scope
from console.routes import Routes
from console.surveys_api import SpanQuery
from figures.surveys import measure_surveys
from kernel.errors import Unavailable

routes = Routes("survey figures")


class SurveyFigureShown(BaseModel):
    id: str
    name_zh: str
    name_en: str
    formula: str
    value: float | None
    n: int


class MonthShown(BaseModel):
    month: str
    unit: str
    counts: dict[str, int]
    figures: list[SurveyFigureShown]


class SurveyFigures(BaseModel):
    months: list[MonthShown]


@routes.get("/api/surveys/figures", scope=Scope.READ_FIGURES, errors=(Unavailable,))
async def survey_figures(asked: Asked, query: SpanQuery) -> SurveyFigures:
    """Coverage, response, satisfaction, solved, contacted, by month and unit (D-20 to D-24)."""
    found = await asked.console.surveys.figures(query.since, query.before)
    return SurveyFigures(
        months=[
            MonthShown(
                month=f"{month[0]}-{month[1]:02}",
                unit=unit,
                counts=counts.as_json(),
                figures=[
                    SurveyFigureShown(
                        id=one.id,
                        name_zh=one.name_zh,
                        name_en=one.name_en,
                        formula=one.formula_en,
                        value=one.ratio.value,
                        n=one.ratio.n,
                    )
                    for one in measure_surveys(counts)
                ],
            )
            for (month, unit), counts in sorted(found.items())
        ]
    )


class ServiceMonth(BaseModel):
    """`satisfaction`: levels 5+4+3 of those who rated; None: nobody did."""

    month: str
    agent: str
    asked: int
    rated: int
    response: float | None
    satisfaction: float | None


class ServiceFigures(BaseModel):
    months: list[ServiceMonth]


@routes.get("/api/surveys/service", scope=Scope.READ_FIGURES, errors=(Unavailable,))
async def service_figures(asked: Asked, query: SpanQuery) -> ServiceFigures:
    """The rating of the answering service after the call, by month and agent (接听服务, SAT-01)."""
    found = await asked.console.surveys.service(query.since, query.before)
    return ServiceFigures(
        months=[
            ServiceMonth(
                month=f"{month[0]}-{month[1]:02}",
                agent=agent,
                asked=counts.asked,
                rated=counts.rated,
                response=counts.response.value,
                satisfaction=counts.satisfaction.value,
            )
            for (month, agent), counts in sorted(found.items())
        ]
    )
