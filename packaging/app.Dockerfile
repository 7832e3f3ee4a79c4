# An application in an image: its environment.yml and app.py are beside this file.
FROM satchel
COPY --chown=satchel environment.yml .
RUN satchel env create -f environment.yml -n app && satchel clean --all --yes
COPY --chown=satchel app.py .
ENTRYPOINT ["satchel", "run", "-n", "app"]
CMD ["python", "app.py"]
