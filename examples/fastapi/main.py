"""A small shop of a hundred items, as the tutorial of FastAPI would write it."""

from fastapi import FastAPI, HTTPException
from prometheus_fastapi_instrumentator import Instrumentator
from pydantic import BaseModel


class Item(BaseModel):
    id: int
    name: str
    price: float


app = FastAPI()
Instrumentator().instrument(app).expose(app)

items = {id: Item(id=id, name=f"Item {id}", price=id * 1.5) for id in range(1, 101)}


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> Item:
    if item_id not in items:
        raise HTTPException(status_code=404, detail="Item not found")
    return items[item_id]
